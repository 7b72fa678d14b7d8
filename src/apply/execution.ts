import type {CommandRef} from '../journal/model.ts';
import type {RunJournal} from '../journal/run-journal.ts';
import type {Check} from '../plan/model.ts';
import type {Server} from '../server/server.ts';

/** Looks at the server and says whether a check is true now. */
export type Holds = (check: Check) => Promise<boolean>;

/** One run while it is carried out: what the parts of the executor share. */
export interface Execution {
  readonly server: Server;
  readonly journal: RunJournal;
  readonly holds: Holds;
  /** Ids of the steps of which a command that changes something was intended. */
  readonly touched: Set<string>;
  /** Paths of the files that the run has a copy of, by `fileKey`. */
  readonly backedUp: Map<string, string>;
  /** SHA-256 of those copies, by `fileKey`; none for a file that was not there. */
  readonly copies: Map<string, string>;
  /** How long applications may take to answer as they should after a reload. */
  readonly warmUpMs: number;
  /** Somebody asked to stop: no further step begins. */
  readonly stop?: AbortSignal | undefined;
  /** What a person should know although it went well. */
  readonly notes: string[];
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  /**
   * A command of ours is still running, or a person asked to stop: nothing more may be touched, not even to undo, and
   * nothing more is journaled. The run stays unfinished, and recovery waits for the process that the journal may name.
   */
  readonly halt?: true;
}

/** `undefined`: it is proven. */
export type Outcome = Promise<Failure | undefined>;

/** A command, and where it stands in the plan. */
export interface Placed<C> {
  readonly ref: CommandRef;
  readonly command: C;
}
