import {escapeLine} from '../../kit/escape-control.ts';
import type {AgentMemory} from '../../operations/agent/memory.ts';
import {defineCommand} from '../command.ts';

/** A check of several mitigations that are applied and settle one after the other takes a while. */
const patienceMs = 15 * 60_000;

/** What an earlier check had of the feed is no word of this one. */
const feedText = ({feed, lastCheck}: AgentMemory): string => {
  if (feed.told === null || (lastCheck !== null && new Date(feed.told) < new Date(lastCheck)))
    return 'checked; the check did not come as far as the feed: stopgap log';
  return feed.problem === null
    ? `checked; the feed is proven (SHA-256 ${feed.digest?.slice(0, 12) ?? 'none'})`
    : `checked; the feed was not accepted (${feed.problem.code}): ${escapeLine(feed.problem.message)}`;
};

const textOf = (memory: AgentMemory): string =>
  [
    feedText(memory),
    ...Object.entries(memory.waiting).map(([id, {file}]) => `${id} waits: stopgap show ${escapeLine(file)}`),
    'stopgap status shows what is active',
  ].join('\n');

/** What a restart of its service is for the EM service: look again now, and try again what has failed. */
export const agentCheckCommand = defineCommand({
  name: 'agent check',
  describe: 'Have the agent check now; where none runs, check once here',
  builder: (yargs) => yargs,
  run: async (args, io) => {
    const {checkOnce} = await import('../../agent/check-once.ts');
    const {awaitCheck} = await import('../../operations/agent/await-check.ts');
    const {Refusal} = await import('../../kit/refusal.ts');
    const {openAgentFrom} = await import('./open-agent.ts');
    const {options, close} = await openAgentFrom(args, io);
    try {
      const stop = new AbortController().signal;
      const now = options.clock.now();
      const own = await checkOnce({...options, stop, lookEveryMs: 1000});
      const memory = own ?? (await awaitCheck(options.context.stateDir, {now, patienceMs}));
      if (!memory) {
        throw new Refusal('AGENT.NO_ANSWER', 'The agent was asked for a check and has not finished one.', {
          untouched: 'What the agent does goes on.',
          next: [{label: 'See what it says', command: 'stopgap log'}],
        });
      }
      const {lastCheck, nextCheck, feed, waiting, settingsProblem} = memory;
      if (settingsProblem) {
        throw new Refusal(settingsProblem.code, `settings cannot be used: ${settingsProblem.message}`, {
          untouched: 'No feed was fetched and nothing was applied.',
          next: [{label: 'See what is wrong, and check again when it is right', command: 'stopgap settings validate'}],
        });
      }
      const data = {by: own ? 'this process' : 'the agent', lastCheck, nextCheck, feed, waiting};
      return {code: 'AGENT.CHECKED', exitCode: 0, data, text: textOf(memory)};
    } finally {
      await close();
    }
  },
});
