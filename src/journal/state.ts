import type {HeldMitigation, HeldResource, Holds} from '../plan/holds.ts';
import type {PlanBody} from '../plan/model.ts';
import type {ExpiryActor, RunKind, RunOutcome} from './model.ts';
import type {RunProgress} from './progress.ts';

/** A step of a run that stands on the server, or that found there what it wanted. */
export interface StandingStep {
  readonly run: string;
  readonly step: string;
  /** False: found in place or skipped; it is held, but not ours to undo. */
  readonly ours: boolean;
}

/** A mitigation that runs of ours keep on the server. */
export interface ActiveMitigation extends HeldMitigation {
  /** UTC: when its first run began. */
  readonly since: string;
  /** In the order in which they were done. */
  readonly steps: readonly StandingStep[];
  /** False: the run that applies it was interrupted, or failed and could not be restored. */
  readonly complete: boolean;
  /** The run that lifted its services and pools for an upgrade; `undefined`: none, or they are back. */
  readonly suspendedBy: string | undefined;
}

/** One change of one file by one run. sha256 null: there was no such file. */
export interface FileChange {
  readonly path: string;
  readonly run: string;
  readonly before: string | null;
  /** `undefined`: the run has not finished. */
  readonly after: string | null | undefined;
}

export interface RunSummary {
  readonly runId: string;
  readonly planId: string;
  readonly kind: RunKind;
  readonly purpose: PlanBody['purpose'];
  /** The run that took this one back. */
  readonly revertedBy: string | undefined;
  /** The run that this one took back. */
  readonly reverts: string | undefined;
  readonly startedAt: string;
  readonly by: string;
  readonly reason: string;
  /** `undefined`: the run has not finished. */
  readonly outcome: RunOutcome | undefined;
  readonly finishedAt: string | undefined;
  /** It was not confirmed in time: when that was, who noticed, and why it could not be taken back where it could not. */
  readonly expiry:
    | {readonly deadline: string; readonly actor: ExpiryActor; readonly failed: string | undefined}
    | undefined;
}

export interface PendingConfirm {
  readonly run: string;
  /** UTC. */
  readonly deadline: string;
}

export interface UnfinishedRun {
  readonly runId: string;
  readonly progress: RunProgress;
}

/** Replay of all journals: everything that is known of what was done. */
export interface State extends Holds {
  readonly resources: ReadonlyMap<string, HeldResource>;
  readonly mitigations: ReadonlyMap<string, ActiveMitigation>;
  /** The run that a crash interrupted; there can be only one, every other run refuses until it is recovered. */
  readonly unfinished: UnfinishedRun | undefined;
  readonly pendingConfirms: readonly PendingConfirm[];
  /** The last run that finished with outcome `done`. */
  readonly lastFinished: RunSummary | undefined;
  /** By key of the Windows path, in the order of the runs. */
  readonly files: ReadonlyMap<string, readonly FileChange[]>;
  /** Oldest first. */
  readonly runs: readonly RunSummary[];
}
