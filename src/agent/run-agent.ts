import {Refusal} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import {wasAskedForCheck} from '../operations/agent/ask-for-check.ts';
import type {AgentContext} from '../operations/agent/context.ts';
import {agentDefaults} from '../operations/settings/agent.ts';
import type {Settings} from '../operations/settings/effective.ts';
import {readState} from '../operations/state.ts';
import type {Agent, AgentClock} from './agent.ts';
import {type Cause, check} from './check.ts';
import {guarded, troubleOfLook} from './guarded.ts';
import type {Listener} from './happening.ts';
import {openMind, remember} from './mind.ts';
import {causeOf, type Due, pauseMs} from './schedule.ts';
import {settingsStep} from './settings-step.ts';
import {tendStep} from './tend-step.ts';
import {openVoice} from './voice.ts';

export interface AgentOptions {
  readonly context: AgentContext;
  readonly listeners: readonly Listener[];
  readonly clock: AgentClock;
  /** Ends the agent as soon as nothing is half done; its reason is what is said. */
  readonly stop: AbortSignal;
  /** Is given what asks the agent for a check now. */
  readonly onAsk?: (ask: () => void) => void;
  readonly onFault: Agent['onFault'];
  /** Between 0 and 1, for the jitter. */
  readonly chance: () => number;
  /** How often to look whether a check was asked for, a confirm has expired, or the clock has leapt. */
  readonly lookEveryMs: number;
  /** In place of what the settings say, for trials. */
  readonly pace?: {readonly firstCheckMs?: number | undefined; readonly everyMs?: number | undefined} | undefined;
}

/**
 * The agent, until it is told to stop: one on a server, one check at a time.
 * @throws Refusal AGENT.ALREADY_RUNNING
 */
export const runAgent = async (options: AgentOptions): Promise<void> => {
  const release = await options.context.server.lock('agent');
  if (!release) {
    throw new Refusal('AGENT.ALREADY_RUNNING', `Another agent looks after ${options.context.server.name} already.`, {
      next: [{label: 'Have that one check now', command: 'stopgap agent check'}],
    });
  }
  try {
    await live(options, await openAgent(options));
  } finally {
    await release();
  }
};

/** An agent's parts, for one that lives and for a single check. */
export const openAgent = async ({context, listeners, clock, stop, onFault}: AgentOptions): Promise<Agent> => {
  const mind = await openMind(context.stateDir);
  const {hostName: host} = await context.server.facts();
  const tellFault = (listener: string, error: unknown): void => onFault(`telling ${listener}`, error);
  const voice = openVoice({listeners, mind, host, now: () => clock.now(), onFault: tellFault});
  return {context, mind, voice, clock, stop, onFault};
};

const live = async (options: AgentOptions, agent: Agent): Promise<void> => {
  const {clock, mind, voice, stop} = agent;
  const now = clock.now();
  let settings: Settings | undefined;
  await guarded([], agent, async () => {
    settings = await settingsStep(agent);
  });
  const within = firstPause(settings, options);
  const first = new Date(now.getTime() + within);
  const afterCrash = mind.memory().running !== null;
  mind.change({running: {startedAt: now.toISOString()}, nextCheck: first.toISOString()});
  await remember(agent);
  const mode = settings?.agent.mode ?? 'observe';
  await voice.tell({is: 'started', mode, version, firstCheck: first.toISOString(), afterCrash});
  await loop({at: first, within}, options, agent);
  await voice.tell({is: 'stopped', reason: typeof stop.reason === 'string' ? stop.reason : 'it was told to'});
  mind.change({running: null});
  await remember(agent);
};

const firstPause = (settings: Settings | undefined, {pace}: AgentOptions): number =>
  pace?.firstCheckMs ?? settings?.agent.firstCheck ?? agentDefaults.firstCheck;

const loop = async (first: Due, options: AgentOptions, agent: Agent): Promise<void> => {
  const {clock, stop} = agent;
  const request = requests(options, stop);
  let due = first;
  let tried = new Set<string>();
  while (!stop.aborted) {
    const cause = request.taken() ? 'asked' : await causeNow(due, agent);
    if (cause) {
      const began = clock.now();
      const nextOf = (settings: Settings | undefined): Date => {
        due = nextAfter(began, settings, {options, agent});
        return due.at;
      };
      await check({cause, nextOf}, agent);
      tried = new Set();
    } else {
      // A look that goes well does not end the trouble of a check.
      await guarded([], agent, () => overdue(tried, agent), troubleOfLook);
      const ahead = wakeAt(due, agent).getTime() - clock.now().getTime();
      await clock.wait(Math.max(1, Math.min(ahead, options.lookEveryMs)), request.signal());
    }
  }
};

/** What asks the agent from inside of its process: a signal, the service manager. */
const requests = ({onAsk}: AgentOptions, stop: AbortSignal) => {
  const listen = () => {
    const asked = new AbortController();
    return {asked, signal: AbortSignal.any([stop, asked.signal])};
  };
  let now = listen();
  onAsk?.(() => now.asked.abort());
  return {
    signal: () => now.signal,
    taken: (): boolean => {
      const was = now.asked.signal.aborted;
      if (was) now = listen();
      return was;
    },
  };
};

/** Why to check now; `undefined`: there is no reason yet. */
const causeNow = async (due: Due, {clock, context, mind}: Agent): Promise<Cause | undefined> => {
  if (await wasAskedForCheck(context.stateDir)) return 'asked';
  const now = clock.now();
  const cause = causeOf(due, now);
  if (cause) return cause;
  return openings(mind.memory()).some((opens) => opens <= now) ? 'window' : undefined;
};

/** The change windows that plans wait for. A check that came to nothing is not repeated for the same opening. */
const openings = ({waiting, lastCheck}: ReturnType<Agent['mind']['memory']>): readonly Date[] =>
  Object.values(waiting)
    .flatMap(({waiting: one}) => (one.for === 'window' && one.opens !== null ? [new Date(one.opens)] : []))
    .filter((opens) => lastCheck === null || opens > new Date(lastCheck));

const wakeAt = ({at}: Due, {mind}: Agent): Date =>
  new Date(Math.min(at.getTime(), ...openings(mind.memory()).map((opens) => opens.getTime())));

/**
 * A confirm that has expired does not wait for the next check. What cannot be taken back does: each attempt leaves lines
 * in a journal.
 */
const overdue = async (tried: Set<string>, agent: Agent): Promise<void> => {
  const {pendingConfirms} = (await readState(agent.context.stateDir)).state;
  const now = agent.clock.now();
  const expired = pendingConfirms.filter(({run, deadline}) => new Date(deadline) <= now && !tried.has(run));
  if (expired.length === 0) return;
  for (const {run} of expired) tried.add(run);
  // Who is busy with the server may be done at the next look.
  if ((await tendStep(agent)) === 'busy') for (const {run} of expired) tried.delete(run);
};

const nextAfter = (
  began: Date,
  settings: Settings | undefined,
  {options, agent}: {options: AgentOptions; agent: Agent},
): Due => {
  const {every, jitter} = settings?.agent ?? agentDefaults;
  const pace = options.pace?.everyMs === undefined ? {every, jitter} : {every: options.pace.everyMs, jitter: 0};
  const within = pauseMs(agent.mind.memory().feed.failures, pace, options.chance());
  // A check that took longer than the pause is followed by the next one, never by two at once.
  return {at: new Date(Math.max(began.getTime() + within, agent.clock.now().getTime() + 1000)), within};
};
