import type {IisConfiguration} from '../iis/configuration.ts';
import {type EffectiveItem, effectiveCollection, type SectionFault} from '../iis/effective.ts';
import {specAttribute} from '../iis/element-spec.ts';
import {type LayeredPath, layersOf} from '../iis/layers.ts';
import {attributeValue} from '../iis/text/xml-node.ts';
import {toSpec} from '../iis/to-spec.ts';
import {applicationsBelow, directoriesServing, isAtOrBelow, type Topology} from '../iis/topology.ts';
import type {RewriteAction, RewriteItem} from '../mitigation/model.ts';
import {behaviourOf} from '../rewrite/behaviour.ts';
import {rewriteFaults, rewriteItemsOf, sectionOf} from '../rewrite/level-of.ts';
import {collectionOf} from '../rewrite/model.ts';
import {windowsPathKey} from '../server/windows-path.ts';
import {refuse, warn} from './finding.ts';
import type {Finding} from './model.ts';

const faultsAt = async (configuration: IisConfiguration, configPath: string): Promise<readonly SectionFault[]> =>
  rewriteFaults(await layersOf(configuration, configPath));

const faultKey = ({file, reason}: SectionFault): string => `${windowsPathKey(file)}\n${reason}`;

const whyBroken = ({file, line, reason, first}: SectionFault): string => {
  if (!first) return reason;
  const itself = windowsPathKey(first.file) === windowsPathKey(file) && first.line === line;
  return `${reason}; ${itself ? 'this application and the one above it both read that file' : `the first one stands in ${first.file}:${first.line}`}`;
};

/**
 * What IIS would refuse after the change and does not refuse now, for every application that could see it: the
 * duplicate that takes a whole application down while the state says "applied".
 */
export const breakFindings = async (
  before: IisConfiguration,
  after: IisConfiguration,
  targets: readonly string[],
  concerns: readonly string[],
): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const paths = new Set(
    targets.flatMap((target) => applicationsBelow(before.topology, target).map(({configPath}) => configPath)),
  );
  for (const configPath of paths) {
    const old = new Set((await faultsAt(before, configPath)).map(faultKey));
    for (const fault of await faultsAt(after, configPath)) {
      const known = old.has(faultKey(fault));
      const message = known
        ? `${configPath} answers 500.19 already: ${whyBroken(fault)}`
        : `${configPath} would answer 500.19: ${whyBroken(fault)} (lines as they would be after the change)`;
      const where = {file: fault.file, line: fault.line};
      findings.push(
        (known ? warn : refuse)(known ? 'IIS.BROKEN_ALREADY' : 'IIS.WOULD_BREAK', message, {concerns, where}),
      );
    }
  }
  return findings;
};

/** An application below the target that takes the new rule, or one that does the same, away with <clear/> or <remove>. */
export const disarmedFindings = async (
  after: IisConfiguration,
  action: RewriteAction,
  concerns: readonly string[],
): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const rules = action.items.filter(({collection, element}) => collection === '' && element.name === 'rule');
  for (const {configPath} of applicationsBelow(after.topology, action.target)) {
    const path = await layersOf(after, configPath);
    for (const item of rules) {
      const {items, dropped} = effectiveCollection(path, sectionOf(collectionOf(item)), '');
      const same = sameRule(item, action.items, path);
      // Another one that does the same may still be in force.
      if (items.some(same)) continue;
      for (const {by} of dropped.filter((one) => same(one.item))) {
        const message = `<${by.element.name}> in ${by.file.path} takes the rule away again for ${configPath}: it is not protected`;
        findings.push(warn('REWRITE.DISARMED', message, {concerns, where: {file: by.file.path, line: by.line}}));
      }
    }
  }
  return findings;
};

/** The rule itself, by its name, or whichever does the same under another one. */
const sameRule = (
  item: RewriteItem,
  items: readonly RewriteItem[],
  path: LayeredPath,
): ((other: EffectiveItem) => boolean) => {
  const collection = collectionOf(item);
  const wanted = items.filter((one) => one.collection === 'preConditions').map(({element}) => element);
  const present = rewriteItemsOf(path, 'preConditions').map(({element}) => element);
  const behaviour = behaviourOf(item.element, collection, {preConditions: wanted});
  const name = specAttribute(item.element, 'name')?.toLowerCase();
  return ({element}) =>
    attributeValue(element, 'name')?.toLowerCase() === name ||
    behaviourOf(toSpec(element), collection, {preConditions: present}) === behaviour;
};

/** Virtual directories elsewhere, in this site or another, that serve the same folders: what is bound to the target misses them. */
export const furtherSiteFindings = (
  topology: Topology,
  target: string,
  concerns: readonly string[],
): readonly Finding[] => {
  if (target === '') return [];
  const folders = applicationsBelow(topology, target)
    .flatMap(({virtualDirectories}) => virtualDirectories)
    .filter(({configPath}) => isAtOrBelow(configPath, target))
    .map(({physicalPath}) => physicalPath);
  return directoriesServing(topology, folders)
    .filter(({configPath}) => !isAtOrBelow(configPath, target))
    .map(({configPath, physicalPath}) =>
      warn(
        'IIS.FURTHER_SITE',
        `${configPath} serves ${physicalPath} too, outside of ${target}: the mitigation misses it`,
        {concerns},
      ),
    );
};
