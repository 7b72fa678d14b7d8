import type {AgentOptions} from '../../agent/run-agent.ts';
import {defineCommand} from '../command.ts';
import type {RunAgent} from './as-service.ts';

const lookEveryMs = 2000;

/** A check is asked for by SIGHUP, the end by SIGTERM or Ctrl-C. Windows has a SIGHUP, too: the console was closed. */
const inForeground = async (run: RunAgent): Promise<number> => {
  const stop = new AbortController();
  const end = (signal: NodeJS.Signals): void => stop.abort(`it got ${signal}`);
  let ask: () => void = () => undefined;
  const hangUp = (): void => (process.platform === 'win32' ? end('SIGHUP') : ask());
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', hangUp);
  try {
    return await run(stop.signal, (asked) => {
      ask = asked;
    });
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', hangUp);
  }
};

/** At once is a time too. */
const fromZero = (text: string, parse: (text: string) => number): number => (text === '0s' ? 0 : parse(text));

/** The EM service's job, under change control: in the foreground, or as the service that `agent install` made. */
export const agentRunCommand = defineCommand({
  name: 'agent run',
  describe: 'Check the feed and the server every hour, and act by the modes of the settings',
  builder: (yargs) =>
    yargs
      .option('service', {type: 'boolean', default: false, describe: 'Started by the service control manager'})
      .option('first-check', {type: 'string', describe: 'For trials: first check after this time, 0s'})
      .option('every', {type: 'string', describe: 'For trials: from one check to the next, 10s'}),
  run: async (args, io) => {
    // Windows gives a service half a minute to answer, and a machine that boots may need longer to load and open all this.
    const run: RunAgent = async (stop, onAsk) => {
      const {runAgent} = await import('../../agent/run-agent.ts');
      const {parseDuration} = await import('../duration.ts');
      const {openAgentFrom} = await import('./open-agent.ts');
      const pace: AgentOptions['pace'] = {
        firstCheckMs: args['first-check'] === undefined ? undefined : fromZero(args['first-check'], parseDuration),
        everyMs: args.every === undefined ? undefined : parseDuration(args.every),
      };
      const {options, close} = await openAgentFrom(args, io);
      try {
        const lookEvery = Math.min(lookEveryMs, pace.everyMs ?? lookEveryMs);
        await runAgent({...options, pace, lookEveryMs: lookEvery, stop, onAsk});
      } finally {
        await close();
      }
      return 0;
    };
    await (args.service ? (await import('./as-service.ts')).asService(run) : inForeground(run));
    return {code: 'AGENT.STOPPED', exitCode: 0, data: {}, text: 'the agent has stopped'};
  },
});
