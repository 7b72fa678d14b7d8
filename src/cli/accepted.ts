import {Refusal} from '../kit/refusal.ts';

export interface AcceptArgs {
  readonly accept: readonly string[];
  readonly reason: string | undefined;
}

/** `--accept CODE --reason TEXT`: nothing is accepted without saying why. @throws Refusal USAGE.REASON_MISSING */
export const acceptedFrom = ({accept, reason}: AcceptArgs): readonly {code: string; reason: string}[] => {
  if (accept.length === 0) return [];
  if (reason === undefined || reason.trim() === '') {
    throw new Refusal('USAGE.REASON_MISSING', '--accept needs --reason: it stands in the plan and in the journal', {
      next: [{label: 'Say why', command: `stopgap plan ... --accept ${accept[0]} --reason "why"`}],
    });
  }
  return accept.map((code) => ({code, reason}));
};
