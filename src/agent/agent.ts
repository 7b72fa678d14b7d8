import type {AgentContext} from '../operations/agent/context.ts';
import type {Mind} from './mind.ts';
import type {Voice} from './voice.ts';

/** The time of the server, and waiting that ends early when somebody wants something. */
export interface AgentClock {
  now(): Date;
  /** Resolves after that many milliseconds, or as soon as the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What the parts of a check share. */
export interface Agent {
  readonly context: AgentContext;
  readonly mind: Mind;
  readonly voice: Voice;
  readonly clock: AgentClock;
  /** Aborted: end as soon as nothing is half done. */
  readonly stop: AbortSignal;
  /** What went wrong without being anybody's answer, for the log. */
  readonly onFault: (what: string, error: unknown) => void;
}
