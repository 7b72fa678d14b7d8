import {type NextStep, Refusal} from '../kit/refusal.ts';
import type {Finding, PlanBody} from '../plan/model.ts';
import {refusingFindings} from '../plan/refusals.ts';

const accepting = (code: string): NextStep => ({
  label: `If ${code} is meant, plan with`,
  command: `--accept ${code} --reason "why"`,
});

const overwriting = ({code}: Finding): boolean => code === 'ROLLBACK.CHANGED_SINCE';

const fromBackup: NextStep = {
  label: 'To give the later change up and put back what was there before the run',
  command: 'stopgap rollback ... --from-backup --reason "why"',
};

const leavingOut = ({code, concerns}: Finding): readonly NextStep[] =>
  code === 'MITIGATION.NOT_APPLICABLE' ? [{label: `Leave ${concerns.join(', ')} out`}] : [];

/** `by-code` where a person has just read the findings themselves. */
type Telling = 'in-full' | 'by-code';

const messageOf = (findings: readonly Finding[], telling: Telling): string =>
  telling === 'in-full'
    ? findings.map(({code, message}) => `${code}: ${message}`).join('\n')
    : `the plan is refused by ${[...new Set(findings.map(({code}) => code))].join(', ')}`;

const asRefusal = (findings: readonly Finding[], telling: Telling): Refusal => {
  const acceptable = findings.every(({acceptable: can}) => can) ? [...new Set(findings.map(({code}) => code))] : [];
  return new Refusal('PLAN.REFUSED', messageOf(findings, telling), {
    ...(findings[0]?.where ? {where: findings[0].where} : {}),
    next: [
      ...acceptable.map(accepting),
      ...findings.flatMap(leavingOut),
      ...(findings.some(overwriting) ? [fromBackup] : []),
    ],
  });
};

export const isRefused = (body: PlanBody): boolean => refusingFindings(body).length > 0;

/** One refusing finding that is not accepted refuses the plan. @throws Refusal PLAN.REFUSED */
export const refusePlan = (body: PlanBody, telling: Telling = 'in-full'): void => {
  const refusing = refusingFindings(body);
  if (refusing.length > 0) throw asRefusal(refusing, telling);
};
