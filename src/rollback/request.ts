import type {State} from '../journal/state.ts';
import type {RecordedRun} from '../journal/store.ts';
import type {Resource} from '../plan/model.ts';
import type {Prediction} from '../plan/predict.ts';

export interface RollbackRequest {
  /** Ids of the mitigations that are to go; all of them are active. */
  readonly ids: readonly string[];
  readonly state: State;
  /** All runs, oldest first: what was really done stands nowhere else. */
  readonly runs: readonly RecordedRun[];
  /** Put the backup's bytes back where that is possible, so that no form is left behind. */
  readonly exact: boolean;
  /** The same over later edits of others, which get lost; a person gave the reason. */
  readonly fromBackup: boolean;
  readonly accept: readonly {readonly code: string; readonly reason: string}[];
  /** The bytes of a backup, `r3/<sha256>`. */
  readonly readBackup: (reference: string) => Promise<Uint8Array>;
  /** Takes back nothing but these; absent: everything. */
  readonly only?: (resource: Resource) => boolean;
  readonly purpose?: 'rollback' | 'prepare-upgrade';
  /** Shared with another part of the same plan. */
  readonly prediction?: Prediction;
}
