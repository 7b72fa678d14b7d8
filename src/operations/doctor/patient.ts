import {type IisConfiguration, loadConfiguration} from '../../iis/configuration.ts';
import {isRefusal} from '../../kit/refusal.ts';
import type {ServerFacts, ServerReader} from '../../server/server.ts';
import {feedSourceOf} from '../agent/fetch.ts';
import {type NetworkContext, networkOf} from '../network.ts';
import {agentDefaults} from '../settings/agent.ts';
import type {Settings} from '../settings/effective.ts';
import {readSettings} from '../settings/read-settings.ts';
import {type KnownState, readState} from '../state.ts';
import {askEndpoint, type EndpointAnswer} from './endpoint-answer.ts';
import {type JudgedFeed, judgeAnswer} from './judged-feed.ts';

/** Who is examined, and by what means. */
export interface PatientOptions {
  readonly reader: ServerReader;
  readonly stateDir: string;
  readonly cwd: string;
  readonly network: NetworkContext;
  /** This machine's own time. */
  readonly now: () => Date;
  /** Asks nobody on the network. */
  readonly offline: boolean;
  /** How long one address may take. */
  readonly deadlineMs: number;
}

/** The same with what several questions look at, each seen once. All of it reads; nothing is ever written. */
export interface Patient extends PatientOptions {
  facts(): Promise<ServerFacts>;
  /** @throws Refusal IIS.* */
  configuration(): Promise<IisConfiguration>;
  /** @throws Refusal SETTINGS.* */
  settings(): Promise<Settings>;
  /** @throws Refusal JOURNAL.*, STATE.* */
  known(): Promise<KnownState>;
  /** What of them says how the feed is had; where they cannot be used, which is a finding of its own, the defaults. */
  usableSettings(): Promise<UsableSettings>;
  /** The server's time, by which everything that it remembers is judged. */
  at(): Date;
  /** @throws Refusal TRUST_PROFILE.*, STATE.READABLE_BY_OTHERS */
  endpoint(): Promise<EndpointAnswer>;
  /** @throws Refusal FEED.*, TRUST_PROFILE.* */
  feed(): Promise<JudgedFeed>;
}

export type UsableSettings = Pick<Settings, 'agent' | 'proxy'>;

const once = <T>(look: () => Promise<T>): (() => Promise<T>) => {
  let seen: Promise<T> | undefined;
  return () => {
    seen ??= look();
    return seen;
  };
};

const orDefaults = async (settings: Promise<Settings>): Promise<UsableSettings> => {
  try {
    return await settings;
  } catch (error) {
    if (isRefusal(error)) return {agent: agentDefaults, proxy: undefined};
    throw error;
  }
};

const ask = ({stateDir, cwd, network, now, deadlineMs}: PatientOptions, {agent, proxy}: UsableSettings) => {
  const way = {...network, proxy: network.proxy ?? proxy};
  const source = feedSourceOf({agent});
  return askEndpoint({
    source,
    profiles: agent.profiles,
    stateDir,
    cwd,
    now,
    deadlineMs,
    way,
    network: once(() => networkOf(way)),
  });
};

export const patientOf = (options: PatientOptions): Patient => {
  const {reader, stateDir, now} = options;
  const facts = once(() => reader.facts());
  const settings = once(() => readSettings(stateDir));
  const usableSettings = once(() => orDefaults(settings()));
  const at = reader.now ?? now;
  const endpoint = once(async () => ask(options, await usableSettings()));
  return {
    ...options,
    facts,
    settings,
    usableSettings,
    at,
    configuration: once(async () =>
      loadConfiguration(reader, {configFolder: reader.configFolder, environment: (await facts()).environment}),
    ),
    known: once(() => readState(stateDir)),
    endpoint,
    feed: once(async () => judgeAnswer(await endpoint(), at())),
  };
};
