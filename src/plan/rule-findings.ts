import type {IisConfiguration} from '../iis/configuration.ts';
import {specAttribute} from '../iis/element-spec.ts';
import {applicationsBelow, physicalPathOf, sameName} from '../iis/topology.ts';
import type {Mitigation, RewriteAction, RewriteItem} from '../mitigation/model.ts';
import {blocksEverything} from '../rewrite/blocks-everything.ts';
import {compilePattern} from '../rewrite/compile-pattern.ts';
import {complexityOf} from '../rewrite/complexity.ts';
import type {SourcedElement} from '../rewrite/model.ts';
import {type Pattern, readInboundRule, readOutboundRule, readPreCondition} from '../rewrite/rule.ts';
import {windowsPathKey} from '../server/windows-path.ts';
import {note, refuse, warn} from './finding.ts';
import type {Finding} from './model.ts';
import {outboundFired, ruleNames, rulesOfSite, tryProbes} from './proof.ts';
import {type UrlLimits, worstCase} from './request-limits.ts';

const sourced = (item: RewriteItem, target: string): SourcedElement => ({
  element: item.element,
  source: {file: '', line: 1, configPath: target},
});

/** A rule that would end every request of an application is hardly ever meant. */
export const blockingFindings = (action: RewriteAction, concerns: readonly string[]): readonly Finding[] =>
  action.items.flatMap((item) => {
    if (item.section !== 'rules' && item.section !== 'globalRules') return [];
    if (patternsOf(item, action.target).some((pattern) => compilePattern(pattern).invalid !== undefined)) return [];
    const verdict = blocksEverything(sourced(item, action.target), item.section);
    if (!verdict.blocks) return [];
    const message = `"${specAttribute(item.element, 'name') ?? ''}" would block every request of ${action.target || 'the server'}: ${verdict.why}`;
    return [refuse('REWRITE.BLOCKS_EVERYTHING', message, {concerns, acceptable: true})];
  });

const patternsOf = (item: RewriteItem, target: string): readonly Pattern[] => {
  const element = sourced(item, target);
  if (item.collection === 'preConditions') return readPreCondition(element).items.map(({pattern}) => pattern);
  if (item.section === 'rules' || item.section === 'globalRules') {
    const rule = readInboundRule(element, item.section);
    return [rule.match, ...rule.conditions.items.map(({pattern}) => pattern)];
  }
  if (item.section !== 'outboundRules') return [];
  const rule = readOutboundRule(element);
  return [rule.match, ...rule.conditions.items.map(({pattern}) => pattern)];
};

/** Patterns whose work explodes with the length of a URL can hang a worker process. */
export const patternFindings = (
  action: RewriteAction,
  {concerns, limits}: {readonly concerns: readonly string[]; readonly limits: UrlLimits},
): readonly Finding[] =>
  action.items.flatMap((item) =>
    patternsOf(item, action.target).flatMap((pattern) => {
      const {invalid} = compilePattern(pattern);
      if (invalid !== undefined) {
        const message = `the pattern ${pattern.text} of "${specAttribute(item.element, 'name') ?? ''}" is not valid, and IIS answers 500 to every request that meets it: ${invalid}`;
        return [refuse('REWRITE.INVALID_PATTERN', message, {concerns})];
      }
      const {growth, degree, reason} = complexityOf(pattern);
      const where = `the pattern ${pattern.text} of "${specAttribute(item.element, 'name') ?? ''}"`;
      if (growth === 'exponential') {
        const message = `${where} takes exponential time on some texts, because ${reason}: one request can hang a worker process`;
        return [refuse('REWRITE.EXPONENTIAL', message, {concerns, acceptable: true})];
      }
      if (growth !== 'quadratic') return [];
      const power = degree === undefined || degree === 2 ? 'square' : `power of ${degree}`;
      const message = `${where} costs every request time that can grow with the ${power} of the length of what it reads (${reason}): ${worstCase(degree ?? 2, limits)}`;
      return [warn('REWRITE.SUPERLINEAR', message, {concerns})];
    }),
  );

/** The requests that the mitigation carries, tried on the configuration as it will be. */
export const probeFindings = async (mitigation: Mitigation, after: IisConfiguration): Promise<readonly Finding[]> => {
  const concerns = [mitigation.id];
  const own = new Set(ruleNames(mitigation, 'rules'));
  return (await tryProbes(mitigation, after)).flatMap(({probe, wanted, as, why, decidedBy}) => {
    if (as === 'wanted') return [];
    const request = `${probe.method} ${probe.url} (${probe.why})`;
    if (wanted === 'blocked')
      return [warn('REWRITE.NOT_EFFECTIVE', `${request} must be blocked and is not: ${why}`, {concerns})];
    // What others block already is not this mitigation's doing.
    if (decidedBy === undefined || !own.has(decidedBy)) return [];
    return [warn('REWRITE.BLOCKS_ORDINARY', `${request} must pass and does not: ${why}`, {concerns})];
  });
};

/** Applications that inherit an outbound rule although it can do nothing for them. */
export const inheritedFindings = async (
  action: RewriteAction,
  after: IisConfiguration,
  concerns: readonly string[],
): Promise<readonly Finding[]> => {
  const names = action.items
    .filter(({section, collection}) => section === 'outboundRules' && collection === '')
    .map(({element}) => specAttribute(element, 'name') ?? '');
  if (names.length === 0 || action.target === '') return [];
  const {topology} = after;
  const site = action.target.split('/')[0] ?? '';
  const rulesFor = rulesOfSite(after, site);
  const folder = physicalPathOf(topology, action.target);
  const silent: string[] = [];
  for (const {path, configPath} of applicationsBelow(topology, action.target)) {
    const same = windowsPathKey(physicalPathOf(topology, configPath) ?? '') === windowsPathKey(folder ?? '');
    if (!same || sameName(configPath, action.target)) continue;
    const tried = [`${path}/`, `${path}/default.aspx`, `${path}/a/b.html?c=d`];
    const fired = (await Promise.all(tried.map((url) => outboundFired(rulesFor, url)))).flat();
    if (!fired.some((name) => names.includes(name))) silent.push(path);
  }
  if (silent.length === 0) return [];
  const message = `${silent.join(', ')} inherit ${names.map((name) => `"${name}"`).join(', ')}, where its precondition keeps it from firing (tried with their folder, a page and a deeper path)`;
  return [note('REWRITE.CANNOT_FIRE', message, {concerns})];
};
