import {addCommand, addStepwise, type CommitTarget, removeCommand, stepwiseElement} from '../iis/appcmd-edits.ts';
import {malformed} from '../iis/config-file.ts';
import {specAttribute} from '../iis/element-spec.ts';
import {type LayeredPath, layersOf} from '../iis/layers.ts';
import {applicationAt, applicationsBelow} from '../iis/topology.ts';
import {sha256} from '../kit/hash.ts';
import type {RewriteAction, RewriteItem, RewriteSection} from '../mitigation/model.ts';
import {meaningOf} from '../rewrite/behaviour.ts';
import {rewriteItemsOf} from '../rewrite/level-of.ts';
import type {SourcedElement} from '../rewrite/model.ts';
import type {ActionPlan, Deciding} from './action-plan.ts';
import {note, refuse} from './finding.ts';
import {resourceKey} from './holds.ts';
import {missingItems, nameTakenBy, twinsOf} from './in-place.ts';
import type {Assumption, Check, ElementAddress, Finding, Resource, Step, StepCommand} from './model.ts';
import {decidePlace, type Place, sharersOf} from './place.ts';

const commandMs = 60_000;

/** What must be there first comes first. */
const sectionOrder: readonly RewriteSection[] = [
  'allowedServerVariables',
  'rewriteMaps',
  'globalRules',
  'outboundRules',
  'rules',
];

/** Sections that only applicationHost.config of the server may hold, whatever the target is. */
const ownerOf = (section: RewriteSection, target: string): string => (section === 'globalRules' ? '' : target);

const fullName = (section: RewriteSection): string => `system.webServer/rewrite/${section}`;

/** Adds what an action's items need and nobody has yet: one step, and so one commit, for each section. */
export const planRewrite = async (action: RewriteAction, deciding: Deciding): Promise<ActionPlan> => {
  const parts: ActionPlan[] = [];
  for (const section of sectionOrder) {
    const items = action.items.filter((item) => item.section === section);
    if (items.length > 0) parts.push(await planSection(action, section, items, deciding));
  }
  return {
    steps: parts.flatMap(({steps}) => steps),
    findings: parts.flatMap(({findings}) => findings),
    inPlace: parts.flatMap(({inPlace}) => inPlace),
    assumes: parts.flatMap(({assumes}) => assumes),
  };
};

const planSection = async (
  action: RewriteAction,
  section: RewriteSection,
  items: readonly RewriteItem[],
  deciding: Deciding,
): Promise<ActionPlan> => {
  const {seen, options, mitigation} = deciding;
  const concerns = [mitigation.id];
  const configPath = ownerOf(section, action.target);
  const decision = await decidePlace(seen.configuration, {
    configPath,
    section: fullName(section),
    collections: [...new Set(items.map(({collection}) => collection))],
    forced: configPath === '' ? undefined : options.place,
    concerns,
  });
  const current = seen.configuration.withFiles(deciding.prediction.changedFiles());
  const path = await layersOf(current, configPath);
  // What is in force here cannot be known, and IIS answers 500.19 to everything at this path.
  const fault = path.faults[0];
  if (fault) throw malformed(fault);
  // As the server is, not as earlier steps of this plan will leave it: apply compares it before any of them has run.
  const assumes = [assumeSection(await layersOf(seen.configuration, configPath), section)];
  const twins = twinsOf(path, items);
  const inPlace = twins.flatMap(({twins: found}) => found.map(shown));
  const stepwise = options.commands === 'stepwise';
  const missing = missingItems(twins).map((item) => (stepwise ? {...item, element: stepwiseElement(item)} : item));
  if (missing.length === 0) return {steps: [], findings: thereAlready(twins, concerns), inPlace, assumes};
  const taken = takenNames(path, missing, concerns);
  if (!decision.place || taken.length > 0)
    return {steps: [], findings: [...decision.findings, ...taken], inPlace, assumes};
  const step = addStep(decision.place, section, missing, {action, deciding});
  await deciding.prediction.add(
    decision.place.file,
    missing.map(({collection, element}) => ({
      location: decision.place?.location ?? null,
      section: fullName(section),
      collection,
      element,
    })),
  );
  deciding.prediction.mark(step.id);
  const why = note(
    'REWRITE.PLACE',
    `what is added to ${fullName(section)} for ${configPath || 'the server'} goes to ${decision.place.file}, because ${decision.place.why}`,
    {concerns},
  );
  return {steps: [step], findings: [...thereAlready(twins, concerns), why, ...decision.findings], inPlace, assumes};
};

const shown = ({element, source}: SourcedElement): string =>
  `${element.name} "${specAttribute(element, 'name') ?? ''}" (${source.file}:${source.line})`;

const thereAlready = (twins: ReturnType<typeof twinsOf>, concerns: readonly string[]): readonly Finding[] =>
  twins
    .filter(({item}) => item.collection === '')
    .flatMap(({item, twins: found}) =>
      found.map((twin) =>
        note(
          'REWRITE.ALREADY_THERE',
          `${shown(twin)} does what "${specAttribute(item.element, 'name') ?? ''}" would do`,
          {
            concerns,
            where: twin.source,
          },
        ),
      ),
    );

const takenNames = (
  path: LayeredPath,
  items: readonly RewriteItem[],
  concerns: readonly string[],
): readonly Finding[] =>
  items.flatMap((item) => {
    const taken = nameTakenBy(path, item);
    if (!taken) return [];
    const message = `${shown(taken)} has the name of what would be added, but does something else: IIS refuses the duplicate (500.19)`;
    return [refuse('REWRITE.NAME_TAKEN', message, {concerns, where: taken.source})];
  });

/** The section's effective elements decide; whitespace and other sections of the file do not. */
export const assumeSection = (path: LayeredPath, section: RewriteSection): Assumption => {
  const own = rewriteItemsOf(path, section);
  const pre = section === 'outboundRules' ? rewriteItemsOf(path, 'preConditions') : [];
  const meanings = [...pre, ...own].map(({element, source}) => `${source.file}\n${meaningOf(element)}`);
  return {
    what: `section ${fullName(section)} at ${path.configPath || 'the server'}`,
    value: sha256(meanings.join('\n\n')),
  };
};

const addressOf = (place: Place, section: RewriteSection, {collection, element}: RewriteItem): ElementAddress => ({
  file: place.file,
  location: place.location,
  configPath: place.configPath,
  section: fullName(section),
  collection,
  element: element.name,
  keys: {name: specAttribute(element, 'name') ?? ''},
});

/** The applications that read the file again after a commit. */
export const reloadedBy = (place: Place, {seen}: Pick<Deciding, 'seen'>): readonly string[] => {
  const {topology} = seen.configuration;
  const roots =
    place.commit === 'web.config' ? [place.configPath, ...sharersOf(topology, place.configPath)] : [place.configPath];
  const own = applicationAt(topology, place.configPath);
  const reloaded = [...(own ? [own] : []), ...roots.flatMap((root) => applicationsBelow(topology, root))];
  return [...new Set(reloaded.map(({site, path}) => `${site}${path}`))];
};

const addCommands = (
  target: CommitTarget,
  items: readonly RewriteItem[],
  {stepwise, present}: {stepwise: boolean; present: readonly Check[]},
): readonly StepCommand[] => {
  const lines = stepwise ? addStepwise(target, items) : [addCommand(target, items)];
  return lines.map((command, index) => ({
    do: 'run',
    command,
    timeoutMs: commandMs,
    // All of it is there only behind the last one.
    after: index === lines.length - 1 ? present : [],
    settleMs: 0,
  }));
};

const addStep = (
  place: Place,
  section: RewriteSection,
  items: readonly RewriteItem[],
  {action, deciding}: {action: RewriteAction; deciding: Deciding},
): Step => {
  const {mitigation, holds} = deciding;
  const target: CommitTarget = {configPath: place.configPath, commit: place.commit, section: fullName(section)};
  const addresses = items.map((item) => addressOf(place, section, item));
  const present = items.map(
    (item, index): Check => ({
      check: 'element',
      at: addresses[index] ?? addressOf(place, section, item),
      is: 'present',
      meaning: sha256(meaningOf(item.element)),
    }),
  );
  const absent = addresses.map((at): Check => ({check: 'element', at, is: 'absent'}));
  const names = items.map(({element}) => `${element.name} "${specAttribute(element, 'name') ?? ''}"`).join(', ');
  const where = place.location === null ? place.file : `${place.file}, location ${place.location}`;
  return {
    // By action: a mitigation may add to one section at two targets, and equal ids are taken for one step.
    id: `rewrite/${action.id}/${section}/add`,
    kind: 'config-edit',
    symbol: '+',
    label: `${names} in ${where}`,
    because: [mitigation.id],
    status: 'to-do',
    resources: addresses.map((at): Resource => {
      const now: Resource = {kind: 'element', at, was: 'absent'};
      return holds.resources.get(resourceKey(now))?.first ?? now;
    }),
    disruption: [...mitigation.notes.losses],
    reloads: reloadedBy(place, deciding),
    declares: [],
    touches: [place.file],
    before: absent,
    commands: addCommands(target, items, {stepwise: deciding.options.commands === 'stepwise', present}),
    undo: [{do: 'run', command: removeCommand(target, items), timeoutMs: commandMs, after: absent, settleMs: 0}],
  };
};
