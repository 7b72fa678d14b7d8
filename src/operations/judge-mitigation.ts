import type {IisConfiguration} from '../iis/configuration.ts';
import {progressOf} from '../journal/progress.ts';
import type {ActiveMitigation, State} from '../journal/state.ts';
import {applicabilityOf} from '../mitigation/applicability.ts';
import type {Action, Mitigation} from '../mitigation/model.ts';
import {holds} from '../plan/check.ts';
import type {Check} from '../plan/model.ts';
import type {ServerFacts, ServerReader} from '../server/server.ts';
import {type BrokenApplication, brokenFor} from './broken-applications.ts';
import {type Effect, effectOf} from './effect.ts';
import {type Presence, presenceOf} from './presence.ts';
import type {KnownState} from './state.ts';

/**
 * Active: in force, and the requests that it must block are blocked. Applied: in force. Not effective: in force by the
 * files, and the running server answers what it must refuse. Broken: there, and IIS refuses
 * the configuration of an application that it is for (500.19). Foreign: in force, but by
 * somebody else's hand. Missing and Drifted: a run of ours left it, and it is gone or only partly there. Suspended: its
 * services and pools were lifted for an upgrade. Obsolete: there, or in our books, and not needed any more. Unknown
 * source: active, but its text cannot be had or trusted, so nobody can say whether it is needed.
 */
export type MitigationStatus =
  | 'Active'
  | 'Applied'
  | 'Broken'
  | 'Not effective'
  | 'Drifted'
  | 'Missing'
  | 'Suspended'
  | 'Foreign'
  | 'Obsolete'
  | 'Unknown source'
  | 'Not applied'
  | 'Not applicable'
  | 'Nothing to apply';

export interface Need {
  readonly status: 'affected' | 'fixed' | 'fixed-keep' | 'not-applicable';
  readonly reason: string;
}

export interface Judged {
  readonly mitigation: Mitigation;
  readonly active: ActiveMitigation | undefined;
  readonly need: Need;
  readonly status: MitigationStatus;
  /** The sentences behind it. */
  readonly details: readonly string[];
}

export interface Looking {
  readonly reader: ServerReader;
  readonly configuration: IisConfiguration;
  readonly facts: ServerFacts;
  readonly broken: readonly BrokenApplication[];
}

export const needOf = (mitigation: Mitigation, {exchange}: ServerFacts): Need => {
  if (mitigation.appliesTo.length === 0) return {status: 'affected', reason: 'for every build'};
  if (!exchange) return {status: 'not-applicable', reason: 'there is no Exchange on this server'};
  return applicabilityOf(mitigation, exchange.build);
};

/** One mitigation: the journals, the server itself and its build, each read and none assumed. */
export const judgeMitigation = async (
  mitigation: Mitigation,
  state: Pick<State, 'mitigations' | 'resources'>,
  {reader, configuration, facts, broken}: Looking,
): Promise<Judged> => {
  const active = state.mitigations.get(mitigation.id);
  const need = needOf(mitigation, facts);
  // A pool that another mitigation of ours keeps off is not a leftover of this one.
  const elsewhere = !active && mitigation.actions.every((action) => isHeld(action, state));
  // What neither we nor the build know of is not searched for on the server: services are asked one process each.
  const presence =
    (need.status === 'not-applicable' && !active) || (elsewhere && need.status !== 'affected')
      ? undefined
      : await presenceOf(mitigation, reader, configuration);
  const effect = presence && presence.found > 0 ? await effectOf(mitigation, configuration) : undefined;
  const down = presence && (presence.found > 0 || active) ? brokenFor(mitigation, broken) : [];
  const verdict = down.length > 0 ? 'Broken' : verdictOf({active, presence, effect, need: need.status});
  return {
    mitigation,
    active,
    need,
    status: mitigation.actions.every(({kind}) => kind === 'nothing') ? 'Nothing to apply' : verdict,
    // What is missing is only worth a word where a run of ours left it.
    details: [
      need.reason,
      ...down.map(({configPath, file, line}) => `${configPath} answers 500.19 (${file}:${line})`),
      ...(active?.suspendedBy === undefined ? [] : [`suspended for upgrade by run ${active.suspendedBy}`]),
      ...(presence && (presence.found > 0 || active) ? detailsOf(presence, effect) : []),
    ],
  };
};

const isHeld = (action: Action, {resources}: Pick<State, 'resources'>): boolean => {
  if (action.kind === 'service') return resources.has(`service:${action.service.toLowerCase()}`);
  return action.kind === 'app-pool' && resources.has(`app-pool:${action.pool.toLowerCase()}`);
};

interface Evidence {
  readonly active: ActiveMitigation | undefined;
  readonly presence: Presence | undefined;
  readonly effect: Effect | undefined;
  readonly need: Need['status'];
}

const verdictOf = ({active, presence, effect, need}: Evidence): MitigationStatus => {
  const needed = need === 'affected' || need === 'fixed-keep';
  if (active && !needed) return 'Obsolete';
  if (!presence || presence.wanted === 0) return need === 'affected' ? 'Not applied' : 'Not applicable';
  if (presence.found < presence.wanted && active?.suspendedBy !== undefined) return 'Suspended';
  if (presence.found === 0 && presence.altered > 0 && active) return 'Drifted';
  if (presence.found === 0) return active ? 'Missing' : needed ? 'Not applied' : 'Not applicable';
  if (presence.found < presence.wanted) return active ? 'Drifted' : 'Not applied';
  if (!needed) return 'Obsolete';
  if (!active) return 'Foreign';
  return effect?.proven ? 'Active' : 'Applied';
};

const detailsOf = (presence: Presence, effect: Effect | undefined): readonly string[] => [
  ...presence.elements.map(({kind, name, file, line}) => `${kind} "${name}" (${file}:${line})`),
  ...presence.missing,
  ...(effect?.sentences ?? []),
];

/**
 * One that is active and whose text cannot be had: what its runs left is compared with the server, check by check.
 */
export const judgeByJournal = async (
  id: string,
  {state, runs}: KnownState,
  reader: ServerReader,
): Promise<{readonly standing: number; readonly wanted: number}> => {
  const steps = (state.mitigations.get(id)?.steps ?? []).flatMap(({run, step}) => {
    const plan = progressOf(runs.find(({runId}) => runId === run)?.lines ?? []).started?.plan;
    return plan?.body.steps.filter((one) => one.id === step) ?? [];
  });
  const checks = steps
    .flatMap(({commands}) => commands)
    .flatMap((command): readonly Check[] => (command.do === 'run' ? command.after : []));
  let standing = 0;
  for (const check of checks) if (await holds(check, reader)) standing++;
  return {standing, wanted: checks.length};
};
