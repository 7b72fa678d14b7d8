import {withLock} from '../../apply/preflight.ts';
import {probeAfter} from '../../apply/probes.ts';
import type {RunResult} from '../../apply/result.ts';
import type {JournalEvent} from '../../journal/model.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {Server} from '../../server/server.ts';
import {confirmRunLocked} from '../confirm-run.ts';
import {type ConfirmEnd, confirmEnd} from '../expired-confirm.ts';
import {rollBackLocked, wholeRun} from '../rollback.ts';
import {readState} from '../state.ts';

export interface SettleRequest {
  readonly stateDir: string;
  readonly by: string;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

export type Settled =
  /** Somebody else has decided while it settled. */
  | {readonly decided: Exclude<ConfirmEnd, {end: 'pending'}>}
  | {readonly healthy: true}
  | {readonly healthy: false; readonly differing: readonly string[]; readonly takenBackBy: string};

/** What the applications answered when the run had ended: they have to go on doing so. */
const answersAfter = async (run: string, stateDir: string) => {
  const lines = (await readState(stateDir)).runs.find(({runId}) => runId === run)?.lines ?? [];
  return lines.findLast((line) => line.type === 'health.seen' && line.when === 'after');
};

/**
 * The confirm of a run that an agent applied: health probes instead of a person. Asks again what was asked at its end, and
 * keeps the run or takes it back.
 * @throws Refusal CONFIRM.*, APPLY.LOCKED, ROLLBACK.*
 */
export const settle = async (run: string, server: Server, {stateDir, by, onEvent}: SettleRequest): Promise<Settled> => {
  const seen = await answersAfter(run, stateDir);
  const before = seen?.type === 'health.seen' ? seen.answers : [];
  const {differing} = await probeAfter(server, {before, steps: []});
  return withLock(server, async (): Promise<Settled> => {
    // A person's confirm or rollback came first: it counts.
    const decided = await confirmEnd(run, stateDir);
    if (decided.end !== 'pending') return {decided};
    if (differing.length === 0) {
      await confirmRunLocked(run, server, {stateDir, by});
      return {healthy: true};
    }
    const {result} = await rollBackLocked(server, {
      choice: wholeRun(run),
      stateDir,
      now: server.clock.now(),
      kind: 'rollback',
      by,
      reason: `run ${run} was not confirmed, because its applications did not stay healthy: ${differing.join('; ')}`,
      onEvent,
    });
    if (result.exitCode !== 0) throw notTakenBack(run, result);
    return {healthy: false, differing, takenBackBy: result.runId};
  });
};

const notTakenBack = (run: string, {code, message, mustDo}: RunResult): Refusal =>
  new Refusal(
    code ?? 'CONFIRM.NOT_TAKEN_BACK',
    `run ${run} did not stay healthy and could not be taken back: ${message}`,
    {
      untouched: 'What the run did is still there, in part or whole.',
      next: mustDo.map((label) => ({label})),
      exitCode: 5,
    },
  );
