import type {JournalEvent} from '../journal/model.ts';
import {Refusal} from '../kit/refusal.ts';
import {confirmEnd} from '../operations/expired-confirm.ts';
import {readState} from '../operations/state.ts';
import {watchConfirms} from '../operations/watch-confirms.ts';
import type {Server} from '../server/server.ts';
import {account} from './account.ts';
import type {Answer, Io} from './command.ts';
import {atHere} from './here.ts';
import {pauseUntil} from './pause-until.ts';
import {withStopSignals} from './stop-signals.ts';

interface Await {
  readonly run: string;
  readonly stateDir: string;
  readonly wait: boolean;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
  readonly io: Io;
  readonly json: boolean;
  /** How the server was named. */
  readonly here: string;
}

const everyMs = 500;

/** Waits until the run is confirmed, or takes it back when its time is over. */
export const awaitConfirm = async (answer: Answer, server: Server, request: Await): Promise<Answer> => {
  const {run, stateDir, wait, onEvent, io, json} = request;
  const deadline = (await readState(stateDir)).state.pendingConfirms.find((pending) => pending.run === run)?.deadline;
  const how = `run ${run} is taken back unless it is confirmed by ${deadline}: ${atHere(`stopgap confirm ${run}`, request.here)}`;
  if (!wait) return {...answer, text: `${answer.text}${how}\n`};
  if (!json) io.stdout.write(`${answer.text}${how}\n`);
  const watch = {stateDir, actor: 'waiting-process', by: account(), onEvent, everyMs, patienceMs: 0} as const;
  const watched = (stop: AbortSignal) =>
    watchConfirms(server, {...watch, stop, pause: pauseUntil(stop), worthWaiting: async () => false});
  await withStopSignals(io, watched, 'no longer waiting');
  const ended = await confirmEnd(run, stateDir);
  if (ended.end === 'pending') return {...answer, text: `the watchdog goes on: ${how}\n`};
  if (ended.end === 'confirmed' || ended.end === 'gone') {
    const text = ended.end === 'confirmed' ? `run ${run} is confirmed: it stays` : `run ${run} was taken back by hand`;
    return {...answer, text};
  }
  throw new Refusal('CONFIRM.EXPIRED', `run ${run} was not confirmed by ${deadline} and has been taken back.`, {
    untouched: 'Everything that was done has been taken back.',
    next: [{label: 'See what is active', command: 'stopgap status'}],
    exitCode: 4,
  });
};
