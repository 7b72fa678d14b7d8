import type {IisConfiguration} from '../iis/configuration.ts';
import {specAttribute} from '../iis/element-spec.ts';
import {attributeValue, childNamed, childrenNamed} from '../iis/text/xml-node.ts';
import {isAtOrBelow, type Site, sameName} from '../iis/topology.ts';
import type {Mitigation, RewriteItem} from '../mitigation/model.ts';
import type {Plan} from '../plan/model.ts';
import {rewriteActions} from '../plan/proof.ts';
import {behaviourOf} from '../rewrite/behaviour.ts';
import {levelOf} from '../rewrite/level-of.ts';
import {type ReplayApplication, type ReplayRules, ruleKey} from '../rewrite/logs/judge.ts';
import type {RewriteLevel, SourcedElement} from '../rewrite/model.ts';
import {appendedByExchange, attackSigns} from './attack-signs.ts';
import {encryptedPorts, siteFor} from './bindings.ts';
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

/** Rules that do what the mitigations bring, whoever wrote them, as they are in force at one level. */
const watchedIn = (level: RewriteLevel, behaviours: ReadonlySet<string>): readonly Omit<WatchedRule, 'inForce'>[] =>
  sections.flatMap((section) => {
    const preConditions = level.preConditions.map(({element}) => element);
    return level[section]
      .filter(({element}) => behaviours.has(behaviourOf(element, section, {preConditions})))
      .map((sourced) => asWatched(sourced, section));
  });

const asWatched = (
  {element, source}: SourcedElement,
  section: WatchedRule['section'],
): Omit<WatchedRule, 'inForce'> => {
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
const siteOf = ({after, mitigations}: ServerWithPlan, named: string | undefined): string => {
  const target = mitigations
    .flatMap(rewriteActions)
    .find(({target: at}) => at !== '')
    ?.target.split('/')[0];
  return siteFor(after.topology, '/', named ?? target);
};

/** Binds a plan to the logs of one site. Reads the server's configuration, and nothing else of it. */
export const impactQuestion = async (
  server: ServerWithPlan,
  {plan, site: named}: {plan: Plan; site: string | undefined},
): Promise<ImpactQuestion> => {
  const {before, after, mitigations} = server;
  const site = siteOf(server, named);
  const description = after.topology.sites.find(({name}) => name === site);
  const behaviours = itemBehaviours(mitigations);
  const stopped = description ? stoppedBy(plan, description) : [];
  const applications: ReplayApplication[] = [];
  const watched = new Map<string, WatchedRule>();
  const earlier = new Set<string>();
  for (const {path, configPath} of description?.applications ?? []) {
    const level = await levelOf(after, configPath);
    const rules = watchedIn(level, behaviours);
    for (const old of watchedIn(await levelOf(before, configPath), behaviours)) earlier.add(`${old.file}\n${old.name}`);
    for (const rule of rules) {
      watched.set(rule.key, {...rule, inForce: earlier.has(`${rule.file}\n${rule.name}`)});
    }
    applications.push({
      path,
      configPath,
      level,
      watched: rules.map(({key}) => key),
      stopped: stopped.includes(path.toLowerCase()),
    });
  }
  const encrypted = description ? encryptedPorts(description) : new Map<number, boolean>();
  return {
    site,
    siteNumber: siteNumberOf(after, site),
    rules: {site: {appended: appendedByExchange, encrypted}, applications, signs: attackSigns},
    watched: [...watched.values()],
    stopped: applications.filter((one) => one.stopped).map(({configPath}) => configPath),
  };
};

/** Whether a rule of the plan lies outside of the site whose logs are read, and so is not counted. */
export const outsideOf = (site: string, mitigations: readonly Mitigation[]): readonly string[] =>
  mitigations
    .flatMap(rewriteActions)
    .map(({target}) => target)
    .filter((target) => target !== '' && !isAtOrBelow(target, site));
