import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {sha256} from '../../src/kit/hash.ts';
import {unreachable} from '../../src/kit/unreachable.ts';
import {readCatalogueFile} from '../../src/mitigation/catalogue.ts';
import type {Action, Mitigation, Monitoring, RewriteItem} from '../../src/mitigation/model.ts';
import {type Holds, noHolds} from '../../src/plan/holds.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import type {Finding, PlanBody, Step, StepCommand} from '../../src/plan/model.ts';
import {defaultOptions, type PlanOptions} from '../../src/plan/options.ts';
import type {ServerReader} from '../../src/server/server.ts';

const folder = join(import.meta.dirname, '../../plans');
const textOf = (id: string): string => readFileSync(join(folder, `${id}.yaml`), 'utf8');

/** A mitigation of the built-in catalogue. */
export const catalogued = (id: string): Mitigation => readCatalogueFile({file: `${id}.yaml`, text: textOf(id)});

const catalogueIds = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

/** Every service that the built-in catalogue names, in lower case. */
export const listedServices: ReadonlySet<string> = new Set(
  catalogueIds
    .flatMap((id) => catalogued(id).actions)
    .flatMap((action) => (action.kind === 'service' ? [action.service] : []).concat(monitoringOf(action)))
    .map((name) => name.toLowerCase()),
);

function monitoringOf(action: Action): string[] {
  return action.kind === 'service' || action.kind === 'app-pool' ? [...(action.monitoring?.services ?? [])] : [];
}

/** A mitigation of our own for every build. */
export const mitigation = (id: string, ...actions: readonly Action[]): Mitigation => ({
  id,
  description: id,
  cves: [],
  appliesTo: [],
  actions,
  notes: {sideEffects: [], reach: [], losses: [], rollback: '', alternative: undefined, sources: []},
  blocked: [],
  passed: [],
});

/** Items from the XML of a `<rewrite>` section: `rules`, `outboundRules` ... */
export const rewriteAction = (id: string, target: string, section: RewriteItem['section'], xml: string): Action => ({
  kind: 'rewrite',
  id,
  description: id,
  scope: target === '' ? 'Server' : target.includes('/') ? 'VDir' : 'Site',
  target,
  items: toSpec(parseXml(`<items>${xml}</items>`).root).children.map((element) => ({
    section,
    collection: element.name === 'preCondition' ? 'preConditions' : '',
    element,
  })),
});

export const serviceAction = (service: string, monitoring?: Monitoring): Action => ({
  kind: 'service',
  id: `${service}.1`,
  description: service,
  service,
  monitoring,
});

export interface Circumstances {
  readonly options?: Partial<PlanOptions>;
  readonly holds?: Holds;
  readonly asked?: 'by-name' | 'by-feed';
}

/** A plan for mitigations, by id of the catalogue or as they are. */
export const planFor = async (
  reader: ServerReader,
  wanted: readonly (string | Mitigation)[],
  {options, holds = noHolds, asked = 'by-name'}: Circumstances = {},
): Promise<PlanBody> => {
  const mitigations = wanted.map((one) => (typeof one === 'string' ? catalogued(one) : one));
  return makePlan(reader, {
    signals: [],
    inputs: mitigations.map((one, source) => ({mitigation: one, source, asked})),
    sources: mitigations.map(({id}) => ({
      kind: 'local-catalogue',
      digest: sha256(id),
      name: `${id}.yaml`,
      signer: null,
      profile: null,
    })),
    options: {...defaultOptions, ...options},
    holds,
    allowedServices: listedServices,
  });
};

const shown = (command: StepCommand): string => {
  switch (command.do) {
    case 'run':
      return [command.command.tool, ...command.command.args].join(' ');
    case 'wait':
      return `wait: ${command.why}`;
    case 'look-again':
      return `look again after ${command.afterMs} ms`;
    case 'restore-file':
      return `restore ${command.path}`;
    default:
      return unreachable(command);
  }
};

export const argvOf = (commands: readonly StepCommand[]): readonly string[] => commands.map(shown);

/** Findings that are more than notes. */
export const troubles = (body: PlanBody): readonly Finding[] =>
  body.findings.filter(({severity}) => severity !== 'note');

export const stepNamed = (body: PlanBody, id: string): Step => {
  const found = body.steps.find((step) => step.id === id);
  if (!found) throw new Error(`no step ${id}, only ${body.steps.map((step) => step.id).join(', ')}`);
  return found;
};

export const findingsOf = (body: PlanBody, code: string): readonly Finding[] =>
  body.findings.filter((finding) => finding.code === code);

/** The lines that a diff adds, without their sign. */
export const addedLines = (diff: string): readonly string[] =>
  diff
    .split('\n')
    .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    .map((line) => line.slice(1));
