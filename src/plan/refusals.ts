import type {Finding, PlanBody} from './model.ts';

/** The findings that refuse a plan: what refuses and was not, or cannot be, accepted. */
export const refusingFindings = (body: PlanBody): readonly Finding[] => {
  const accepted = new Set(body.accepted.map(({code}) => code));
  return body.findings.filter(
    ({code, severity, acceptable}) => severity === 'refuse' && !(acceptable && accepted.has(code)),
  );
};
