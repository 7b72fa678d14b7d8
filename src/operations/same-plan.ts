import {type NextStep, Refusal} from '../kit/refusal.ts';
import type {Plan, PlanBody} from '../plan/model.ts';
import {planIdOf} from '../plan/seal.ts';

const planAgain = ({purpose}: Pick<PlanBody, 'purpose'>): NextStep => ({
  label: 'Plan again, compare, and apply the new plan',
  command: `stopgap ${purpose === 'reconcile' ? 'reconcile' : 'plan ...'} -o FILE`,
});

/*
 * A change elsewhere in a file moves lines without changing a decision: line numbers and the context of diffs are left
 * out of the comparison, and only they.
 */
const withoutLines = (text: string): string => text.replace(/(\.(?:config|xml)):\d+/gi, '$1');

const changedLines = (diff: string): string =>
  diff
    .split('\n')
    .filter((line) => /^[+-]/.test(line))
    .join('\n');

const comparable = (body: PlanBody): PlanBody => ({
  ...body,
  mitigations: body.mitigations.map((mitigation) => ({...mitigation, reason: withoutLines(mitigation.reason)})),
  predicted: body.predicted.map(({file, diff}) => ({file, diff: changedLines(diff)})),
  findings: body.findings.map((finding) => ({
    ...finding,
    message: withoutLines(finding.message),
    where: finding.where && {...finding.where, line: 1},
  })),
});

/** The first place at which two values differ, `steps.0.label`; `undefined`: they are equal. */
const firstDifference = (a: unknown, b: unknown, at: readonly string[] = []): string | undefined => {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return at.join('.');
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const found = firstDifference(left.get(key), right.get(key), [...at, key]);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Whether the file is what stopgap wrote: its planId is the hash of its body. @throws Refusal PLAN.ALTERED */
export const checkSeal = (plan: Plan): void => {
  if (planIdOf(plan.body) === plan.planId) return;
  throw new Refusal(
    'PLAN.ALTERED',
    `the plan was edited: its body is not what planId ${plan.planId.slice(0, 12)} was made from`,
    {
      next: [planAgain(plan.body)],
    },
  );
};

/** What is to be done is the same and what becomes of a file is not: the file was changed, or is gone. */
const becomesOtherwise = (seen: PlanBody, now: PlanBody): Refusal => {
  const diffs = ({predicted}: PlanBody) => new Map(predicted.map(({file, diff}) => [file, diff]));
  const [before, after] = [diffs(seen), diffs(now)];
  const files = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  return new Refusal('PLAN.STALE', `changed since the plan was made: ${files.join('; ')}`, {
    next: [planAgain(seen)],
  });
};

/**
 * A plan file is evidence, not a script: what is applied is what planning finds now, and it must be the same. Names
 * what moved on the server, or else what in the file is not what its source says.
 * @throws Refusal PLAN.STALE, PLAN.ALTERED
 */
export const checkSame = (plan: Plan, fresh: PlanBody): void => {
  const moved = fresh.assumes
    .filter(({what, value}) => plan.body.assumes.find((old) => old.what === what)?.value !== value)
    .map(({what}) => what);
  // A server cannot change what a plan looks at; only somebody who edits the file can.
  const looksAt = (body: PlanBody): string => JSON.stringify(body.assumes.map(({what}) => what).toSorted());
  if (moved.length > 0 && looksAt(plan.body) === looksAt(fresh)) {
    throw new Refusal('PLAN.STALE', `changed since the plan was made: ${moved.join('; ')}`, {
      next: [planAgain(plan.body)],
    });
  }
  const [seen, now] = [comparable(plan.body), comparable(fresh)];
  const at = firstDifference({...seen, predicted: []}, {...now, predicted: []});
  if (at === undefined) {
    if (firstDifference(seen.predicted, now.predicted) === undefined) return;
    throw becomesOtherwise(seen, now);
  }
  throw new Refusal('PLAN.ALTERED', `${at} is not what planning from the plan's own source gives`, {
    untouched: 'Nothing was changed: only what the source says is ever applied, not what a plan file says.',
    next: [planAgain(plan.body)],
  });
};
