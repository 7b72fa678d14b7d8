import type {LineOf} from '../journal/model.ts';
import {escapeLine} from '../kit/escape-control.ts';
import type {Step} from '../plan/model.ts';
import type {HealthProber, Server} from '../server/server.ts';
import {askUntilGood, usualWarmUpMs} from './warm-up.ts';

/*
 * Health probes: one GET to each application that a plan touches, before and after. An answer has to be what the steps
 * declare and, where they declare nothing, what it was before.
 */

/** An application of a site: `{site: 'Default Web Site', path: '/owa'}`. */
export interface ProbeTarget {
  readonly site: string;
  readonly path: string;
  /** A page that tells the application's health, `/owa/healthcheck.htm`; asked in place of the root where it is there. */
  readonly page?: string | undefined;
}

export type Answer = LineOf<'health.seen'>['answers'][number];

export const ask = async (prober: HealthProber, {site, path, page}: ProbeTarget): Promise<Answer> => {
  const place = {site, path, ...(page === undefined ? {} : {page})};
  try {
    return {...place, status: (await prober.get(site, page ?? path)).status};
  } catch {
    // Whatever kept us from an answer, a user would not have got one either.
    return {...place, status: 'none'};
  }
};

/** A page that does not say 200 is not there, or tells something else than whether this change does harm. */
const askFirst = async (prober: HealthProber, target: ProbeTarget): Promise<Answer> => {
  const {site, path, page} = target;
  const answer = await ask(prober, target);
  return page === undefined || answer.status === 200 ? answer : ask(prober, {site, path});
};

/** Before the change, one after the other: a server that warms up has enough to do. */
export const askBefore = async (prober: HealthProber, targets: readonly ProbeTarget[]): Promise<readonly Answer[]> => {
  const answers: Answer[] = [];
  for (const target of targets) answers.push(await askFirst(prober, target));
  return answers;
};

export const sameTarget = (a: ProbeTarget, b: ProbeTarget): boolean =>
  a.site.toLowerCase() === b.site.toLowerCase() && a.path.toLowerCase() === b.path.toLowerCase();

/** What each application has to answer once the steps are done. */
export const expectedAnswers = (before: readonly Answer[], steps: readonly Step[]): readonly Answer[] => {
  const declared = steps.flatMap(({declares}) => declares);
  return before.map((answer) => {
    const change = declared.findLast((candidate) => sameTarget(candidate, answer));
    return change === undefined ? answer : {...answer, status: change.status};
  });
};

const isAnswered = (status: Answer['status']): status is number => typeof status === 'number';

const works = (status: Answer['status']): boolean => isAnswered(status) && status < 500;

/** For a user it is all one whether a connection was closed or nothing came at all. */
const isSame = (a: Answer['status'], b: Answer['status']): boolean => a === b || (!isAnswered(a) && !isAnswered(b));

/** Better than expected is no reason to roll back: an application that did not work before and does now. */
const fits = (expected: Answer, seen: Answer, before: Answer): boolean =>
  isSame(seen.status, expected.status) || (expected === before && !works(expected.status) && works(seen.status));

export interface ProbeQuestion {
  readonly before: readonly Answer[];
  readonly steps: readonly Step[];
  /** 180 seconds by default. */
  readonly warmUpMs?: number;
}

export interface ProbeVerdict {
  readonly answers: readonly Answer[];
  /** Sentences; empty is good. */
  readonly differing: readonly string[];
}

/** Asks until every answer fits or the warm-up is over. */
export const probeAfter = async (
  {clock, prober}: Pick<Server, 'clock' | 'prober'>,
  {before, steps, warmUpMs = usualWarmUpMs}: ProbeQuestion,
): Promise<ProbeVerdict> => {
  const expected = expectedAnswers(before, steps);
  const questions = before.map((answer, index) => ({before: answer, wanted: expected[index] ?? answer}));
  const good = (seen: Answer, question: (typeof questions)[number]): boolean =>
    fits(question.wanted, seen, question.before);
  const answers = await askUntilGood(clock, questions, {ask: ({wanted}) => ask(prober, wanted), good, warmUpMs});
  const differing = questions.flatMap((question, index) => {
    const seen = answers[index];
    return seen === undefined || good(seen, question) ? [] : [differs(question.wanted, seen)];
  });
  return {answers, differing};
};

export const spoken = (status: Answer['status']): string => {
  if (status === 'none') return 'no answer in time, or no connection';
  return status === 'reset' ? 'no answer' : `status ${status}`;
};

const differs = (wanted: Answer, seen: Answer): string =>
  escapeLine(
    `${seen.page ?? seen.path} of ${seen.site} gives ${spoken(seen.status)} where ${spoken(wanted.status)} is expected`,
  );
