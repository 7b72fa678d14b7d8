import {executePlan} from '../apply/execute.ts';
import {preflight, withLock} from '../apply/preflight.ts';
import type {RunResult} from '../apply/result.ts';
import {loadConfiguration} from '../iis/configuration.ts';
import type {JournalEvent} from '../journal/model.ts';
import {Refusal} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import type {Action, Mitigation} from '../mitigation/model.ts';
import {poolOn, setAutoStart, stopPool} from '../plan/app-pool-steps.ts';
import {holds} from '../plan/check.ts';
import {note, warn} from '../plan/finding.ts';
import {planFormatVersion} from '../plan/format-version.ts';
import type {Finding, Plan, PlanBody, PlannedMitigation, Step} from '../plan/model.ts';
import {sealPlan} from '../plan/seal.ts';
import {restoreStartType, restoreState, setStartType, stopService} from '../plan/service-commands.ts';
import type {Server, ServerReader} from '../server/server.ts';
import {adoptStep, elementSteps} from './adopt-elements.ts';
import type {KnownMitigation, KnownMitigations} from './known-mitigations.ts';
import {leftoversOf} from './leftovers.ts';
import {presenceOf} from './presence.ts';
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
}

interface Adoptable {
  readonly one: KnownMitigation;
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
}

/** @throws Refusal ADOPT.NOTHING_FOUND */
export const planAdoption = async (reader: ServerReader, request: AdoptRequest): Promise<PlanBody> => {
  const {known, mitigations, ids} = request;
  const facts = await reader.facts();
  const {environment} = facts;
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const texts = mitigations.known.map(({mitigation}) => mitigation);
  const leftovers = await leftoversOf(configuration, {state: known.state, mitigations: texts});
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  const parts: Adoptable[] = [];
  for (const one of mitigations.known) {
    const {id} = one.mitigation;
    if (wanted.size > 0 && !wanted.has(id.toLowerCase())) continue;
    const elements = elementSteps(
      id,
      leftovers.filter(({mitigation}) => mitigation === id),
    );
    const free = known.state.mitigations.has(id)
      ? undefined
      : await presenceOf(notRewrite(one.mitigation), reader, configuration);
    const machine = free && free.wanted > 0 && free.found === free.wanted ? machineSteps(one.mitigation) : [];
    if (elements.length + machine.length > 0)
      parts.push({one, steps: [...elements, ...machine], findings: assumed(id, machine)});
  }
  if (parts.length === 0) throw nothingFound(ids);
  const sources = [...new Set(parts.map(({one}) => one.source))];
  return {
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

const notRewrite = (mitigation: Mitigation): Mitigation => ({
  ...mitigation,
  actions: mitigation.actions.filter(({kind}) => kind === 'service' || kind === 'app-pool'),
});

/** What stood there before is not known: the usual state is assumed, and the plan says so. */
const machineSteps = (mitigation: Mitigation): readonly Step[] =>
  mitigation.actions.flatMap((action) => machineStep(mitigation.id, action));

const usualPool = {autoStart: null, state: 'Started'} as const;
const usualService = {startType: 'auto', state: 'RUNNING'} as const;

const machineStep = (id: string, action: Action): readonly Step[] => {
  if (action.kind === 'app-pool') {
    const {pool} = action;
    return [
      adoptStep({
        id: `app-pool/${pool}/off`,
        label: `application pool ${pool}: Stopped, autoStart false`,
        because: [id],
        resources: [{kind: 'app-pool', pool, was: usualPool}],
        touches: [],
        commands: [setAutoStart(pool, 'false'), stopPool(pool)],
        undo: [...poolOn(pool, usualPool)],
      }),
    ];
  }
  if (action.kind !== 'service') return [];
  const {service} = action;
  return [
    adoptStep({
      id: `service/${service}/off`,
      label: `service ${service}: STOPPED, disabled`,
      because: [id],
      resources: [{kind: 'service', service, was: usualService}],
      touches: [],
      commands: [setStartType(service, 'disabled'), stopService(service)],
      undo: [...restoreStartType(service, usualService), ...restoreState(service, usualService)],
    }),
  ];
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
  readonly plan: () => Promise<PlanBody>;
}

/** Plans the adoption and records it. @throws Refusal ADOPT.NOTHING_FOUND, APPLY.* */
export const adopt = (server: Server, request: Adopt): Promise<{readonly plan: Plan; readonly result: RunResult}> =>
  withLock(server, async () => {
    const {store, state} = await openState(request.stateDir);
    const facts = await server.facts();
    const refusal = preflight({
      activity: 'adopt',
      plan: null,
      facts,
      state,
      window: {is: 'none'},
      now: true,
      confirmWithinMs: null,
      disk: {freeBytes: await store.freeBytes(), neededBytes: 16 * 1024 * 1024},
    });
    if (refusal) throw refusal;
    const plannedAt = server.clock.now().toISOString();
    const meta = {plannedAt, hostName: facts.hostName, server: server.name, stopgap: version};
    const plan = sealPlan(await request.plan(), meta);
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
