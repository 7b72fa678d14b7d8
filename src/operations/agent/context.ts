import type {JournalEvent} from '../../journal/model.ts';
import type {Server} from '../../server/server.ts';
import type {ConfirmGuard} from '../confirm-guard.ts';
import type {SourceContext} from '../load-sources.ts';
import type {NetworkContext} from '../network.ts';
import type {Settings} from '../settings/effective.ts';

/** The server that an agent looks after, and what it goes by there. */
export interface AgentContext {
  readonly server: Server;
  readonly stateDir: string;
  /** Relative paths of the settings start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Account of the operating system, marked as the agent's: its runs are told from those of a person by this. */
  readonly by: string;
  /** Who takes a run back when the agent is gone; asked before the run. */
  readonly guard: ConfirmGuard;
  readonly systemProxy?: NetworkContext['systemProxy'];
  readonly onEvent: (event: JournalEvent, runId: string) => void;
}

export const sourceContext = (
  {server, stateDir, cwd, env, systemProxy}: AgentContext,
  {agent, proxy}: Pick<Settings, 'agent' | 'proxy'>,
): SourceContext => ({stateDir, cwd, env, now: server.clock.now(), profiles: agent.profiles, proxy, systemProxy});
