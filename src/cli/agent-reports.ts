import type {EventSink} from '../agent/report/events.ts';
import type {Reports} from '../agent/report/listeners.ts';
import type {GlobalArgs, Io} from './command.ts';

interface AgentReports {
  readonly stateDir: string;
  /** The Windows Application log, on Windows. */
  readonly eventSink?: EventSink;
  readonly onTrouble: (message: string) => void;
}

/** Everybody who is told of what happens to the agent of a server, with what only the command line can give them. */
export const agentReports = async (
  args: Pick<GlobalArgs, 'server' | 'state-dir'>,
  io: Io,
  {stateDir, eventSink, onTrouble}: AgentReports,
): Promise<Reports> => {
  const {openReports} = await import('../agent/report/listeners.ts');
  const {readSettings} = await import('../operations/settings/read-settings.ts');
  const {runProgram} = await import('../server/run-program.ts');
  const {collectDiagnostics} = await import('./collect-diagnostics.ts');
  return openReports({
    stateDir,
    settings: () => readSettings(stateDir),
    env: io.env,
    now: io.now,
    runProgram,
    collectDiagnostics: () => collectDiagnostics(args, io),
    onTrouble,
    ...(eventSink !== undefined && {eventSink}),
  });
};
