import {executePlan} from '../apply/execute.ts';
import {diskFull, mayBegin, neededBytes, withLock} from '../apply/preflight.ts';
import type {RunResult} from '../apply/result.ts';
import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import type {JournalEvent} from '../journal/model.ts';
import {Refusal} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {holds} from '../plan/check.ts';
import {note, warn} from '../plan/finding.ts';
import {planFormatVersion} from '../plan/format-version.ts';
import type {Finding, Plan, PlanBody, PlannedMitigation, Step} from '../plan/model.ts';
import {sealPlan} from '../plan/seal.ts';
import type {Server, ServerReader} from '../server/server.ts';
import {elementSteps} from './adopt-elements.ts';
import {machineSteps} from './adopt-machine.ts';
import type {KnownMitigation, KnownMitigations} from './known-mitigations.ts';
import {leftoversOf} from './leftovers.ts';
import {type NameRule, nameRule} from './name-rule.ts';
import {keepSource, type LoadedSource} from './sources.ts';
import {type KnownState, openState} from './state.ts';

/*
 * Taking over what somebody else put on the server: nothing of it changes. From then on it is in the books as if a run of
 * ours had put it there, so that it is compared, rolled back and reconciled like everything else.
 */

export interface AdoptRequest {
  readonly known: KnownState;
  readonly mitigations: KnownMitigations;
  /** Ids to take over; empty: everything that is known by its name or by what it does. */
  readonly ids: readonly string[];
  /** A rule that nobody knows, and the id that it gets; nothing else is taken over then. */
  readonly named?: NameRule | undefined;
}

export interface Adoption {
  readonly body: PlanBody;
  /** Where the mitigations come from; what is no part of the catalogue is kept with the state. */
  readonly sources: readonly LoadedSource[];
}

interface Adoptable {
  readonly one: KnownMitigation;
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
}

/** @throws Refusal ADOPT.NOTHING_FOUND, ADOPT.ID_TAKEN */
export const planAdoption = async (reader: ServerReader, request: AdoptRequest): Promise<Adoption> => {
  const facts = await reader.facts();
  const {environment} = facts;
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const parts = await partsOf({reader, configuration}, request);
  if (parts.length === 0) throw nothingFound(request.ids);
  const sources = [...new Set(parts.map(({one}) => one.source))];
  const body: PlanBody = {
    formatVersion: planFormatVersion,
    purpose: 'apply',
    server: {exchangeBuild: facts.exchange?.build ?? null, buildSource: facts.exchange?.buildSource ?? null},
    options: {place: null},
    sources: sources.map(({source}) => source),
    mitigations: parts.map(({one}) => planned(one.mitigation, sources.indexOf(one.source))),
    steps: parts.flatMap(({steps}) => steps),
    predicted: [],
    findings: parts.flatMap(({findings}) => findings),
    accepted: [],
    assumes: [],
  };
  return {body, sources};
};

interface Looking {
  readonly reader: ServerReader;
  readonly configuration: IisConfiguration;
}

const partsOf = async (looking: Looking, request: AdoptRequest): Promise<readonly Adoptable[]> => {
  const {known, mitigations, ids, named} = request;
  const texts = mitigations.known.map(({mitigation}) => mitigation);
  const leftovers = await leftoversOf(looking.configuration, {state: known.state, mitigations: texts});
  if (named) {
    const {source, leftovers: own} = nameRule(leftovers, named, [
      ...known.state.mitigations.keys(),
      ...texts.map(({id}) => id),
    ]);
    return source.mitigations.map((mitigation) => ({
      one: {mitigation, source},
      steps: elementSteps(mitigation.id, own),
      findings: assumed(mitigation.id, []),
    }));
  }
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  const parts: Adoptable[] = [];
  for (const one of mitigations.known) {
    const {id} = one.mitigation;
    if (wanted.size > 0 && !wanted.has(id.toLowerCase())) continue;
    const own = leftovers.filter(({mitigation}) => mitigation === id);
    const active = known.state.mitigations.has(id);
    const machine = active ? [] : await machineSteps(one.mitigation, {...looking, state: known.state});
    const steps = [...elementSteps(id, own), ...machine];
    if (steps.length > 0) parts.push({one, steps, findings: assumed(id, machine)});
  }
  return parts;
};

const nothingFound = (ids: readonly string[]): Refusal =>
  new Refusal(
    'ADOPT.NOTHING_FOUND',
    `nothing of others was found on this server${ids.length > 0 ? ` for ${ids.join(', ')}` : ''}`,
    {
      next: [{label: 'See what is there', command: 'stopgap reconcile'}],
    },
  );

const planned = ({id, description, cves, notes}: Mitigation, source: number): PlannedMitigation => {
  const {sideEffects, reach, losses, rollback, alternative = null} = notes;
  const reason = 'taken over from others';
  return {id, description, cves, source, status: 'in-place', reason, sideEffects, reach, losses, rollback, alternative};
};

const assumed = (id: string, machine: readonly Step[]): readonly Finding[] =>
  machine.length === 0
    ? [note('ADOPT.TAKEN_OVER', `${id}: nothing of it changes; its exact text is kept with the run`, {concerns: [id]})]
    : [
        warn(
          'ADOPT.ASSUMED_BEFORE',
          `${id}: how it was before is not known; a rollback will make it what is usual: services RUNNING and auto, pools Started`,
          {concerns: [id]},
        ),
      ];

export interface Adopt {
  readonly stateDir: string;
  readonly by: string;
  readonly reason: string;
  readonly onEvent: (event: JournalEvent, runId: string) => void;
  /** Reads the journals again, under the lock. */
  readonly plan: () => Promise<Adoption>;
}

/** Plans the adoption and records it. @throws Refusal ADOPT.NOTHING_FOUND, APPLY.* */
export const adopt = (server: Server, request: Adopt): Promise<{readonly plan: Plan; readonly result: RunResult}> =>
  withLock(server, async () => {
    const {store, state} = await openState(request.stateDir);
    const facts = await server.facts();
    const refusal = mayBegin({facts, state});
    if (refusal) throw refusal;
    const plannedAt = server.clock.now().toISOString();
    const meta = {plannedAt, hostName: facts.hostName, server: server.name, stopgap: version};
    const {body, sources} = await request.plan();
    for (const source of sources) await keepSource(request.stateDir, source);
    const plan = sealPlan(body, meta);
    const full = diskFull({freeBytes: await store.freeBytes(), neededBytes: await neededBytes(server, plan)});
    if (full) throw full;
    const result = await executePlan(plan, server, {
      store,
      holds: (check) => holds(check, server),
      kind: 'adopt',
      by: request.by,
      host: facts.hostName,
      reason: request.reason,
      now: true,
      onEvent: request.onEvent,
    });
    return {plan, result};
  });
