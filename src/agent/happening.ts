import type {Waiting} from '../operations/agent/waiting.ts';

/*
 * What happens to an agent, as data. The cycle says it once; the Windows Application log, the EM service's style of log,
 * the JSON log and the notifications each make of it what their reader needs. Times are ISO 8601 in UTC.
 *
 * Of every check: check-started, check-finished, feed-accepted or feed-failed, blocked. What is done is said when it is done.
 * Everything else is a state, said when it begins or changes, and remembered across restarts.
 */

export type {Waiting};

export type Happening =
  | {
      readonly is: 'started';
      readonly mode: string;
      readonly version: string;
      readonly firstCheck: string;
      /** The agent before this one ended without saying so. */
      readonly afterCrash: boolean;
    }
  | {readonly is: 'stopped'; readonly reason: string}
  | {readonly is: 'check-started'; readonly cause: 'schedule' | 'asked' | 'missed' | 'window'}
  /** nextCheck null: nobody is there for a next one. */
  | {readonly is: 'check-finished'; readonly nextCheck: string | null; readonly durationMs: number}
  | {
      readonly is: 'feed-accepted';
      readonly source: string;
      readonly digest: string;
      readonly version: string;
      /** Whether these contents were not known before. */
      readonly fresh: boolean;
      readonly ids: readonly string[];
    }
  | {
      readonly is: 'feed-failed';
      readonly source: string;
      readonly code: string;
      readonly message: string;
      /** How many checks in a row have failed, this one included. */
      readonly inARow: number;
      readonly lastSuccess: string | null;
    }
  /** No fetch has worked for longer than the settings allow, or the same answer came for longer than they allow. */
  | {readonly is: 'feed-stale'; readonly because: 'no-fetch' | 'same-answer'; readonly since: string}
  /** An id that was not in the feed before; `catalogue`: whether our catalogue has a plan for it. */
  | {
      readonly is: 'mitigation-published';
      readonly id: string;
      readonly description: string;
      readonly catalogue: boolean;
    }
  | {
      readonly is: 'plan-waiting';
      readonly ids: readonly string[];
      readonly planId: string;
      readonly file: string;
      readonly waiting: Waiting;
      /** The preview as text, for a person who reads it in a message. */
      readonly preview: string;
    }
  /** `by`: the entry of the list and whose list it is, `M1 (organization)`. */
  | {readonly is: 'blocked'; readonly id: string; readonly by: string}
  | {readonly is: 'applied'; readonly ids: readonly string[]; readonly planId: string; readonly run: string}
  | {
      readonly is: 'failed';
      readonly ids: readonly string[];
      readonly code: string;
      readonly message: string;
      /** null: nothing was begun. */
      readonly run: string | null;
      /** What a person has to do; empty where all is as before. */
      readonly mustDo: readonly string[];
    }
  | {readonly is: 'rolled-back'; readonly run: string; readonly by: string; readonly reason: string}
  | {readonly is: 'obsolete'; readonly id: string; readonly build: string; readonly reason: string}
  | {
      readonly is: 'drifted';
      readonly id: string;
      readonly status: 'Missing' | 'Drifted' | 'Broken';
      readonly reason: string;
    }
  | {readonly is: 'trust-ending'; readonly what: string; readonly ends: string; readonly blindFrom: string | null}
  | {readonly is: 'two-writers'; readonly id: string; readonly evidence: string}
  /** Settings that cannot be used; until they can, the copy of the organisation's counts, or the agent only observes. */
  | {
      readonly is: 'settings-trouble';
      readonly code: string;
      readonly message: string;
      readonly using: 'copy' | 'observe';
    }
  | {
      readonly is: 'unfinished';
      readonly run: string;
      readonly recovered: boolean;
      readonly message: string;
      /** Empty: it was interrupted. Else it failed and could not be taken back, and a person rolls these mitigations back. */
      readonly ids: readonly string[];
    };

/** A happening with its moment and its server. */
export interface Occurrence {
  readonly at: string;
  readonly host: string;
  readonly what: Happening;
}

/** Somebody who is told. One that fails is not asked again for the same occurrence, and never stops the agent. */
export interface Listener {
  /** For the log: `event log`, `mail`, `webhook`. */
  readonly name: string;
  tell(occurrence: Occurrence): Promise<void>;
}
