import type {IisConfiguration} from '../iis/configuration.ts';
import {specAttribute} from '../iis/element-spec.ts';
import {attributeValue, childNamed, childrenNamed} from '../iis/text/xml-node.ts';
import {isAtOrBelow, type Site, sameName} from '../iis/topology.ts';
import type {Mitigation, RewriteItem} from '../mitigation/model.ts';
import type {Plan} from '../plan/model.ts';
import {rewriteActions} from '../plan/proof.ts';
import {behaviourOf} from '../rewrite/behaviour.ts';
import {levelOf} from '../rewrite/level-of.ts';
import {type ReplayApplication, type ReplayRules, ruleKey} from '../rewrite/logs/replay-rules.ts';
import type {RewriteLevel, SourcedElement} from '../rewrite/model.ts';
import {appendedByExchange, attackSigns} from './attack-signs.ts';
import {encryptedPorts, siteFor} from './bindings.ts';
import {placesOf} from './impact-places.ts';
import type {ServerWithPlan} from './server-with-plan.ts';

/** A rule of the plan, as it is in force with the plan. */
export interface WatchedRule {
  readonly key: string;
  readonly section: 'globalRules' | 'rules' | 'outboundRules';
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** `AbortRequest` and the like. */
  readonly action: string;
  /** Whether the server has it already. */
  readonly inForce: boolean;
  /** Whether the plan takes it away: counted is what it does today. */
  readonly removed: boolean;
}

/** Everything that a replay of logs needs to know of a server and a plan. */
export interface ImpactQuestion {
  readonly site: string;
  /** Number of the site, after which the folder of its logs is named. */
  readonly siteNumber: string | undefined;
  readonly rules: ReplayRules;
  readonly watched: readonly WatchedRule[];
  /** Applications that the plan stops, by configuration path. */
  readonly stopped: readonly string[];
}

const sections = ['globalRules', 'rules', 'outboundRules'] as const;

const itemBehaviours = (mitigations: readonly Mitigation[]): ReadonlySet<string> =>
  new Set(
    mitigations
      .flatMap(rewriteActions)
      .flatMap(({items}) => items.map((item) => ({item, preConditions: preConditionsOf(items)})))
      .filter(({item}) => item.collection === '' && sections.some((section) => section === item.section))
      .map(({item, preConditions}) => behaviourOf(item.element, item.section, {preConditions})),
  );

const preConditionsOf = (items: readonly RewriteItem[]): readonly RewriteItem['element'][] =>
  items.filter(({collection}) => collection === 'preConditions').map(({element}) => element);

type FoundRule = Omit<WatchedRule, 'inForce' | 'removed'>;

/** Rules that do what the mitigations bring, whoever wrote them, as they are in force at one level. */
const watchedIn = (level: RewriteLevel, behaviours: ReadonlySet<string>): readonly FoundRule[] =>
  sections.flatMap((section) => {
    const preConditions = level.preConditions.map(({element}) => element);
    return level[section]
      .filter(({element}) => behaviours.has(behaviourOf(element, section, {preConditions})))
      .map((sourced) => asWatched(sourced, section));
  });

const asWatched = ({element, source}: SourcedElement, section: WatchedRule['section']): FoundRule => {
  const name = specAttribute(element, 'name') ?? '';
  const action = element.children.find((child) => child.name === 'action');
  return {
    key: ruleKey({name, section, source}),
    section,
    name,
    file: source.file,
    line: source.line,
    action: (action && specAttribute(action, 'type')) ?? 'None',
  };
};

/** The number of a site, `id` in applicationHost.config. */
const siteNumberOf = ({applicationHost}: IisConfiguration, site: string): string | undefined => {
  const host = childNamed(applicationHost.document.root, 'system.applicationHost');
  const sites = host && childNamed(host, 'sites');
  const found = sites && childrenNamed(sites, 'site').find((one) => sameName(attributeValue(one, 'name') ?? '', site));
  return found && attributeValue(found, 'id');
};

const stoppedBy = (plan: Plan, {name}: Site): readonly string[] =>
  plan.body.steps
    .filter(({kind}) => kind === 'app-pool-off')
    .flatMap(({declares}) => declares)
    .filter(({site}) => sameName(site, name))
    .map(({path}) => path.toLowerCase());

/** The site that the plan is about, unless another one is named. */
const siteOf = ({after, mitigations, removed}: ServerWithPlan, named: string | undefined): string => {
  const target = [...mitigations, ...removed]
    .flatMap(rewriteActions)
    .find(({target: at}) => at !== '')
    ?.target.split('/')[0];
  return siteFor(after.topology, '/', named ?? target);
};

/** What is asked of the logs: what the plan brings, or, where it brings nothing, what it takes away. */
const sidesOf = ({before, after, mitigations, removed}: ServerWithPlan) =>
  mitigations.length === 0 && removed.length > 0
    ? {removes: true, subject: before, other: after, mitigations: removed}
    : {removes: false, subject: after, other: before, mitigations};

/** Lines move with what is written above them: a rule is known again by its file and name. */
const nameInFile = ({file, name}: Pick<WatchedRule, 'file' | 'name'>): string => `${file}\n${name}`;

/** Binds a plan to the logs of one site. Reads the server's configuration, and nothing else of it. */
export const impactQuestion = async (
  server: ServerWithPlan,
  {plan, site: named}: {plan: Plan; site: string | undefined},
): Promise<ImpactQuestion> => {
  const {removes, subject, other, mitigations} = sidesOf(server);
  const site = siteOf(server, named);
  const description = subject.topology.sites.find(({name}) => name === site);
  const behaviours = itemBehaviours(mitigations);
  const stopped = description ? stoppedBy(plan, description) : [];
  const applications: ReplayApplication[] = [];
  const watched = new Map<string, WatchedRule>();
  for (const {path, configPath, application} of description ? await placesOf(subject, description) : []) {
    const level = await levelOf(subject, configPath);
    const elsewhere = new Set(watchedIn(await levelOf(other, configPath), behaviours).map(nameInFile));
    const rules = watchedIn(level, behaviours).filter((rule) => !removes || !elsewhere.has(nameInFile(rule)));
    for (const rule of rules) {
      watched.set(rule.key, {...rule, inForce: removes || elsewhere.has(nameInFile(rule)), removed: removes});
    }
    applications.push({
      path,
      configPath: application.configPath,
      level,
      watched: rules.map(({key}) => key),
      stopped: stopped.includes(application.path.toLowerCase()),
    });
  }
  const encrypted = description ? encryptedPorts(description) : new Map<number, boolean>();
  return {
    site,
    siteNumber: siteNumberOf(subject, site),
    rules: {site: {appended: appendedByExchange, encrypted}, applications, signs: attackSigns},
    watched: [...watched.values()],
    stopped: [...new Set(applications.filter((one) => one.stopped).map(({configPath}) => configPath))],
  };
};

/** What of the plan the logs of a site cannot be asked about, as sentences. */
export const notCounted = (site: string, {mitigations, removed}: ServerWithPlan): readonly string[] => [
  ...[...mitigations, ...removed]
    .flatMap(rewriteActions)
    .map(({target}) => target)
    .filter((target) => target !== '' && !isAtOrBelow(target, site))
    .map((target) => `Rules for ${target} are not counted: these logs are read as those of ${site}.`),
  ...(mitigations.length > 0 && removed.length > 0
    ? [`What the plan removes (${removed.map(({id}) => id).join(', ')}) is not counted beside what it brings.`]
    : []),
];
