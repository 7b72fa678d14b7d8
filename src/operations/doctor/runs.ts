import {expiredConfirms} from '../../apply/confirm.ts';
import type {PendingConfirm} from '../../journal/state.ts';
import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import {commandsFor, type UnrestoredRun, unrestoredOf} from '../unrestored.ts';
import {bad, type Diagnosis, good, warn} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

export interface RunsSeen {
  readonly finished: number;
  readonly unfinished: string | undefined;
  readonly unrestored: readonly UnrestoredRun[];
  readonly expired: readonly Pick<PendingConfirm, 'run' | 'deadline'>[];
  readonly pending: readonly Pick<PendingConfirm, 'run' | 'deadline'>[];
}

const recover = {label: 'Bring it to an end', command: 'stopgap recover'};

export const judgeRuns = (seen: RunsSeen | Refusal): Diagnosis => {
  if (isRefusal(seen)) return bad(`the journals cannot be used: ${seen.message} [${seen.code}]`, ...seen.next);
  const {finished, unfinished, unrestored, expired, pending} = seen;
  if (unfinished !== undefined)
    return bad(`run ${unfinished} was interrupted: nothing else is changed before its end`, recover);
  const [failed] = unrestored;
  if (failed) {
    return bad(
      `run ${failed.run} failed and could not be taken back: an agent changes nothing before it is`,
      ...commandsFor(failed).map((command) => ({label: 'Take back what it left', command})),
    );
  }
  const [late] = expired;
  if (late) return bad(`run ${late.run} was not confirmed by ${late.deadline}, and not taken back`, recover);
  const [open] = pending;
  if (open) {
    return warn(`run ${open.run} waits for its confirm until ${open.deadline}`, {
      label: 'Confirm it, or let it be taken back',
      command: `stopgap confirm ${open.run}`,
    });
  }
  return good(finished === 0 ? 'none so far' : `${finished} in the journals, all ended`);
};

export const runs = question({
  ...{id: 'runs', title: 'Runs', of: 'server'},
  look: ({known, at}) =>
    orRefusal(async (): Promise<RunsSeen> => {
      const journals = await known();
      const {state} = journals;
      const {runs: all, unfinished, pendingConfirms} = state;
      return {
        finished: all.length,
        unfinished: unfinished?.runId,
        unrestored: unrestoredOf(journals),
        expired: expiredConfirms(state, at()),
        pending: pendingConfirms,
      };
    }),
  judge: judgeRuns,
});
