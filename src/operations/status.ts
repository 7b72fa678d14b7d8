import {expiredConfirms} from '../apply/confirm.ts';
import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import type {ActiveMitigation, State} from '../journal/state.ts';
import {applicabilityOf} from '../mitigation/applicability.ts';
import type {Action, Mitigation} from '../mitigation/model.ts';
import type {ServerFacts, ServerReader} from '../server/server.ts';
import {type Effect, effectOf} from './effect.ts';
import {type Presence, presenceOf} from './presence.ts';

/**
 * Active: in force, and the requests that it must block are blocked. Applied: in force. Foreign: in force, but by
 * somebody else's hand. Missing and Drifted: a run of ours left it, and it is gone or only partly there.
 */
export type MitigationStatus =
  | 'Active'
  | 'Applied'
  | 'Drifted'
  | 'Missing'
  | 'Foreign'
  | 'Obsolete'
  | 'Not applied'
  | 'Not applicable'
  | 'Nothing to apply';

export interface StatusRow {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly status: MitigationStatus;
  /** The sentences behind the status. */
  readonly details: readonly string[];
  /** The run of ours that applied it. */
  readonly run: string | null;
  readonly since: string | null;
}

export interface ServerStatus {
  readonly hostName: string;
  readonly exchangeBuild: string | null;
  readonly buildSource: string | null;
  readonly mitigations: readonly StatusRow[];
  /** The run that a crash interrupted. */
  readonly unfinished: string | null;
  readonly pendingConfirms: readonly {readonly run: string; readonly deadline: string; readonly expired: boolean}[];
}

const kinds: Readonly<Record<Action['kind'], string>> = {
  rewrite: 'UrlRewrite',
  service: 'Service',
  'app-pool': 'AppPool',
  nothing: 'DoNothing',
};

/** What is active on a server: the journals, the server itself and its build, each read and none assumed. */
export const statusOf = async (
  reader: ServerReader,
  {mitigations, state, now}: {mitigations: readonly Mitigation[]; state: State; now: Date},
): Promise<ServerStatus> => {
  const facts = await reader.facts();
  const configuration = await loadConfiguration(reader, {
    configFolder: reader.configFolder,
    environment: facts.environment,
  });
  const rows: StatusRow[] = [];
  for (const mitigation of mitigations) rows.push(await rowOf(mitigation, {reader, configuration, facts, state}));
  const expired = new Set(expiredConfirms(state, now).map(({run}) => run));
  return {
    hostName: facts.hostName,
    exchangeBuild: facts.exchange?.build ?? null,
    buildSource: facts.exchange?.buildSource ?? null,
    mitigations: rows,
    unfinished: state.unfinished?.runId ?? null,
    pendingConfirms: state.pendingConfirms.map(({run, deadline}) => ({run, deadline, expired: expired.has(run)})),
  };
};

interface Looking {
  readonly reader: ServerReader;
  readonly configuration: IisConfiguration;
  readonly facts: ServerFacts;
  readonly state: State;
}

const rowOf = async (mitigation: Mitigation, {reader, configuration, facts, state}: Looking): Promise<StatusRow> => {
  const active = state.mitigations.get(mitigation.id);
  const need = needOf(mitigation, facts);
  // What neither we nor the build know of is not searched for on the server: services are asked one process each.
  const presence =
    need.status === 'not-applicable' && !active ? undefined : await presenceOf(mitigation, reader, configuration);
  const effect = presence && presence.found > 0 ? await effectOf(mitigation, configuration) : undefined;
  const verdict = verdictOf({active, presence, effect, need: need.status});
  return {
    id: mitigation.id,
    type: [...new Set(mitigation.actions.map(({kind}) => kinds[kind]))].join(', '),
    description: mitigation.description,
    status: mitigation.actions.every(({kind}) => kind === 'nothing') ? 'Nothing to apply' : verdict,
    // What is missing is only worth a word where a run of ours left it.
    details: [need.reason, ...(presence && (presence.found > 0 || active) ? detailsOf(presence, effect) : [])],
    run: active?.run ?? null,
    since: active?.since ?? null,
  };
};

type Need = 'affected' | 'fixed' | 'fixed-keep' | 'not-applicable';

const needOf = (mitigation: Mitigation, {exchange}: ServerFacts): {readonly status: Need; readonly reason: string} => {
  if (mitigation.appliesTo.length === 0) return {status: 'affected', reason: 'for every build'};
  if (!exchange) return {status: 'not-applicable', reason: 'there is no Exchange on this server'};
  return applicabilityOf(mitigation, exchange.build);
};

const verdictOf = ({
  active,
  presence,
  effect,
  need,
}: {
  active: ActiveMitigation | undefined;
  presence: Presence | undefined;
  effect: Effect | undefined;
  need: Need;
}): MitigationStatus => {
  if (!presence || presence.wanted === 0) return need === 'affected' ? 'Not applied' : 'Not applicable';
  // What is gone and not needed any more is not missed.
  if (presence.found === 0 && active && (need === 'fixed' || need === 'not-applicable')) return 'Obsolete';
  if (presence.found === 0)
    return active ? 'Missing' : need === 'affected' || need === 'fixed-keep' ? 'Not applied' : 'Not applicable';
  if (presence.found < presence.wanted) return active ? 'Drifted' : 'Not applied';
  if (need === 'fixed' || need === 'not-applicable') return 'Obsolete';
  if (!active) return 'Foreign';
  return effect?.proven ? 'Active' : 'Applied';
};

const detailsOf = (presence: Presence, effect: Effect | undefined): readonly string[] => [
  ...presence.elements.map(({name, file, line}) => `rule "${name}" (${file}:${line})`),
  ...presence.missing,
  ...(effect?.sentences ?? []),
];
