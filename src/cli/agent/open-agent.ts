import type {AgentOptions} from '../../agent/run-agent.ts';
import {escapeLine} from '../../kit/escape-control.ts';
import {isRefusal} from '../../kit/refusal.ts';
import type {GlobalArgs, Io} from '../command.ts';

type Args = Pick<GlobalArgs, 'server' | 'state-dir' | 'verbose' | 'log-format'>;

/** An agent's server, clock and listeners, from the command line. `close` ends the listeners. */
export interface OpenedAgent {
  readonly options: Omit<AgentOptions, 'stop' | 'pace' | 'lookEveryMs'>;
  readonly close: () => Promise<void>;
}

const eventSink = async () =>
  process.platform === 'win32'
    ? {eventSink: (await import('../../server/windows/event-source.ts')).applicationLog('stopgap')}
    : {};

export const openAgentFrom = async (args: Args, io: Io): Promise<OpenedAgent> => {
  const {openServer, stateDirOf} = await import('../open-server.ts');
  const {account} = await import('../account.ts');
  const {follow} = await import('../follow-run.ts');
  const {guardFor} = await import('../guard-confirm.ts');
  const {createLog} = await import('../log.ts');
  const {networkFrom} = await import('../network-options.ts');
  const {agentReports} = await import('../agent-reports.ts');
  const {logListener} = await import('./log-listener.ts');
  const {realClock} = await import('./real-clock.ts');
  const {openState} = await import('../../operations/state.ts');
  const server = await openServer(args, io);
  const stateDir = stateDirOf(args, io);
  // The folder is made and closed to others before anything is written into it.
  await openState(stateDir);
  const log = createLog(args, io);
  const reports = await agentReports(args, io, {
    stateDir,
    onTrouble: (message) => log.warn(message),
    ...(await eventSink()),
  });
  return {
    options: {
      context: {
        server,
        stateDir,
        cwd: io.cwd,
        env: io.env,
        systemProxy: networkFrom(io, undefined).systemProxy,
        by: `${account()} (agent)`,
        guard: guardFor(args, io, server),
        onEvent: follow(args, io),
      },
      listeners: [logListener(log), ...reports.listeners],
      clock: realClock(server),
      onFault: (what, error) => {
        // Settings that cannot be read leave nobody to be told, and that they cannot is said already.
        if (isRefusal(error)) log.warn(`${what} did not work (${error.code}): ${escapeLine(error.message)}`);
        else log.error({err: error}, `${what} went wrong, which is a bug of stopgap`);
      },
      chance: Math.random,
    },
    close: reports.close,
  };
};
