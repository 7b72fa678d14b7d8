import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {AgentClock} from '../../src/agent/agent.ts';
import type {Listener, Occurrence} from '../../src/agent/happening.ts';
import {type AgentOptions, runAgent} from '../../src/agent/run-agent.ts';
import type {AgentContext} from '../../src/operations/agent/context.ts';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {openState} from '../../src/operations/state.ts';
import {sc} from '../../src/server/command.ts';
import {readRuntime, simulatedNow} from '../../src/server/sandbox/runtime.ts';
import type {Server} from '../../src/server/server.ts';
import {fixture, type Lab, type LabOptions, makeLab} from '../support/lab.ts';
import {openPublisher, type Publisher, type PublisherOptions} from './publisher.ts';

/*
 * Days in the life of an agent, in seconds: the real loop on a simulated server, with a clock that leaps from one moment at
 * which something happens to the next. Only the time is simulated; feeds come over TLS and are proven each time.
 */

const hourMs = 3_600_000;
/** When every day begins. */
export const dawn = new Date('2026-12-01T08:00:00Z');

/** Something that happens at a moment of the day. */
interface Event {
  readonly at: number;
  readonly what: () => Promise<unknown> | unknown;
}

export interface Day {
  readonly lab: Lab;
  /** The server, on the clock of the day. */
  readonly server: Server;
  readonly publisher: Publisher;
  readonly context: AgentContext;
  readonly occurrences: Occurrence[];
  readonly now: () => Date;
  settings(yaml: string): Promise<void>;
  /** The organisation's file, named ORGANIZATION in settings. */
  readonly organizationFile: string;
  organization(yaml: string): Promise<void>;
  text(file: string): Promise<string>;
  /** At that hour of the day, in the middle of whatever the agent waits for. */
  at(hour: number, what: Event['what']): void;
  /** Lives until that hour. */
  until(hour: number, options?: Partial<AgentOptions>): Promise<void>;
}

/** Time that passes only when somebody waits, and takes the simulated server's with it. */
const dayClock = (lab: Lab) => {
  let time = dawn.getTime();
  const events: Event[] = [];
  const serverBehind = (): number => time - simulatedNow(readRuntime(lab.dir, new Date()), new Date());
  const moveTo = async (moment: number): Promise<void> => {
    time = moment;
    await lab.server.clock.sleep(serverBehind());
  };
  const clock: AgentClock = {
    now: () => new Date(time),
    wait: async (milliseconds) => {
      const until = time + milliseconds;
      const next = events.filter(({at}) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!next) return moveTo(until);
      events.splice(events.indexOf(next), 1);
      await moveTo(Math.max(time, next.at));
      await next.what();
    },
  };
  return {clock, events, moveTo};
};

const withClock = (server: Server, {clock, moveTo}: ReturnType<typeof dayClock>): Server => ({
  ...server,
  now: () => clock.now(),
  clock: {
    now: () => clock.now(),
    elapsed: () => clock.now().getTime(),
    sleep: (milliseconds) => moveTo(clock.now().getTime() + milliseconds),
  },
});

export interface DayOptions extends LabOptions {
  readonly from?: string;
  /** The EM service of Exchange runs as well; usually it has been switched off. */
  readonly emService?: true;
  readonly publisher?: PublisherOptions;
}

export const openDay = async ({
  from = 'exchange2019-cu12',
  emService,
  publisher: published,
  ...options
}: DayOptions = {}): Promise<Day> => {
  const lab = await makeLab(fixture(from), options);
  const time = dayClock(lab);
  const server = withClock(lab.server, time);
  await time.moveTo(dawn.getTime());
  if (!emService) await server.commands.run(sc('stop', 'MSExchangeMitigation'), {timeoutMs: 60_000});
  await time.moveTo(dawn.getTime());
  await openState(lab.stateDir);
  const publisher = await openPublisher(dawn, published);
  onTestFinished(() => publisher.close());
  await publisher.trustedBy(lab.stateDir);
  const occurrences: Occurrence[] = [];
  const listener: Listener = {name: 'test', tell: async (occurrence) => void occurrences.push(occurrence)};
  const context: AgentContext = {
    server,
    stateDir: lab.stateDir,
    cwd: lab.dir,
    env: {},
    by: 'SYSTEM (agent)',
    guard: async () => [],
    onEvent: () => undefined,
  };
  const {clock, events} = time;
  const organizationFile = join(lab.dir, 'organization.yaml');
  return {
    lab,
    server,
    publisher,
    context,
    occurrences,
    now: () => clock.now(),
    organizationFile,
    organization: (yaml) => writeFile(organizationFile, yaml),
    text: (file) => readFile(file, 'utf8'),
    settings: (yaml) => {
      const text = yaml.replaceAll('FEED', publisher.address).replaceAll('ORGANIZATION', organizationFile);
      return writeFile(settingsFile(lab.stateDir), text);
    },
    at: (hour, what) => void events.push({at: dawn.getTime() + hour * hourMs, what}),
    until: async (hour, more = {}) => {
      const stop = new AbortController();
      events.push({at: dawn.getTime() + hour * hourMs, what: () => stop.abort('the day is over')});
      const onFault: AgentOptions['onFault'] = (what, error) => {
        throw new Error(what, {cause: error});
      };
      await runAgent({
        context,
        listeners: [listener],
        clock,
        stop: stop.signal,
        onFault,
        chance: () => 0,
        lookEveryMs: 600_000,
        ...more,
      });
    },
  };
};
