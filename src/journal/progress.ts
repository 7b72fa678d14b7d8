import {unreachable} from '../kit/unreachable.ts';
import {fileKey} from '../plan/holds.ts';
import type {CommandRef, JournalLine, LineOf} from './model.ts';

/*
 * What one journal says about its run: pure, a fold over its lines. Recovery and the state are made from it.
 */

export interface StepProgress {
  /** begun: intended, and nothing later is known. */
  readonly status: 'skipped' | 'begun' | 'done' | 'failed' | 'undone';
  /** Whether a command that changes something was intended; where not, there is nothing to undo. */
  readonly touched: boolean;
  /** Position in `commands` of the last one that was reached; -1 where none was. */
  readonly lastDo: number;
}

/** The last command of which the journal does not say how it ended. */
export interface OpenCommand {
  readonly ref: CommandRef;
  readonly process: Pick<LineOf<'command.started'>, 'pid' | 'startTime'> | undefined;
  /** Its end was seen; what it did was not read back, or that did not reach the disk. */
  readonly ended: boolean;
}

export interface RunProgress {
  readonly started: LineOf<'run.started'> | undefined;
  readonly finished: LineOf<'run.finished'> | undefined;
  /** The run had failed or had begun to take back what it did. */
  readonly undoing: boolean;
  /** By step id; a step without an entry was never reached. */
  readonly steps: ReadonlyMap<string, StepProgress>;
  readonly open: OpenCommand | undefined;
  /** By `fileKey`: the first copy of each file, what it was before the run. */
  readonly backups: ReadonlyMap<string, LineOf<'file.backedUp'>>;
  /** What the applications answered before the first step; `undefined`: nobody asked. */
  readonly health: LineOf<'health.seen'>['answers'] | undefined;
  /** What canaries were answered before the first step; `undefined`: none was sent. */
  readonly canaries: LineOf<'canary.seen'>['answers'] | undefined;
  /** UTC, of a confirm that was asked for. */
  readonly deadline: string | undefined;
  readonly confirmed: boolean;
  /** It was not confirmed in time, and somebody began to take it back. */
  readonly expiry: LineOf<'confirm.expired'> | undefined;
  /** Why that did not succeed. */
  readonly notTakenBack: LineOf<'confirm.notTakenBack'> | undefined;
}

export const progressOf = (lines: readonly JournalLine[]): RunProgress => {
  const steps = new Map<string, StepProgress>();
  const backups = new Map<string, LineOf<'file.backedUp'>>();
  const run: {-readonly [K in keyof RunProgress]: RunProgress[K]} = {
    started: undefined,
    finished: undefined,
    undoing: false,
    steps,
    open: undefined,
    backups,
    health: undefined,
    canaries: undefined,
    deadline: undefined,
    confirmed: false,
    expiry: undefined,
    notTakenBack: undefined,
  };
  const change = (step: string, part: Partial<StepProgress>): void => {
    steps.set(step, {...(steps.get(step) ?? {status: 'begun', touched: false, lastDo: -1}), ...part});
  };
  const close = (step: string, status: StepProgress['status']): void => {
    change(step, {status});
    run.open = undefined;
  };
  const reached = ({step, phase, index}: CommandRef, touches: boolean): void => {
    if (phase === 'undo') run.undoing = true;
    else change(step, touches ? {touched: true, lastDo: index} : {lastDo: index});
  };

  for (const line of lines) {
    switch (line.type) {
      case 'run.started':
        run.started = line;
        break;
      case 'run.finished':
        run.finished = line;
        break;
      case 'confirm.pending':
        run.deadline = line.deadline;
        break;
      case 'confirm.given':
        run.confirmed = true;
        break;
      case 'confirm.expired':
        run.expiry = line;
        break;
      case 'confirm.notTakenBack':
        run.notTakenBack = line;
        break;
      case 'file.backedUp':
        if (!backups.has(fileKey(line.path))) backups.set(fileKey(line.path), line);
        break;
      case 'step.intended':
        change(line.step, {});
        break;
      case 'step.skipped':
        close(line.step, 'skipped');
        break;
      case 'step.done':
        close(line.step, 'done');
        break;
      case 'step.undone':
        close(line.step, 'undone');
        run.undoing = true;
        break;
      case 'step.failed':
        // A failed undo leaves the step what it was: done, or failed half-way.
        if (line.phase === 'do') change(line.step, {status: 'failed'});
        run.open = undefined;
        run.undoing = true;
        break;
      case 'command.intended': {
        const {step, phase, index} = line;
        reached(line, line.act.do === 'run' || line.act.do === 'restore-file');
        run.open = {ref: {step, phase, index}, process: undefined, ended: false};
        break;
      }
      case 'command.skipped':
        reached(line, false);
        run.open = undefined;
        break;
      case 'command.started':
        if (run.open) run.open = {...run.open, process: {pid: line.pid, startTime: line.startTime}};
        break;
      case 'command.done':
        if (run.open) run.open = {...run.open, ended: true};
        break;
      case 'health.seen':
        if (line.when === 'before') run.health = line.answers;
        break;
      case 'canary.seen':
        if (line.when === 'before') run.canaries = line.answers;
        break;
      case 'recovery.started':
      case 'recovery.judged':
      case 'plan.approved':
      case 'settings.changed':
      case 'file.restoring':
        break;
      default:
        unreachable(line);
    }
  }
  return run;
};
