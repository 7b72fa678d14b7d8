import type {ConfigFile} from '../iis/config-file.ts';
import type {IisConfiguration} from '../iis/configuration.ts';
import {type Canary, canaryFor} from '../plan/canary.ts';
import type {PlanBody, Step} from '../plan/model.ts';
import {type ReadyInboundRule, readLevel} from '../rewrite/level.ts';
import {levelOf} from '../rewrite/level-of.ts';
import {urlDecode} from '../rewrite/url.ts';
import type {ServerReader} from '../server/server.ts';
import {attackSigns} from './attack-signs.ts';
import {configurationNow} from './server-with-plan.ts';

export interface Canaries {
  readonly canaries: readonly Canary[];
  /** A sentence for each rule that none can prove. */
  readonly without: readonly string[];
}

/** Monitoring looks for these signs: a canary that shows one would be an alarm at best. */
export const signOfAttack = (url: string): string | undefined => {
  const texts = {url, 'decoded-url': urlDecode(url, undefined).text, headers: ''};
  return attackSigns.find((sign) => sign.pattern.test(texts[sign.in]))?.name;
};

interface AddedRule {
  readonly name: string;
  /** The level that owns it: '' for a global rule. */
  readonly configPath: string;
  readonly changesAnswers: boolean;
}

const inbound = ['system.webServer/rewrite/rules', 'system.webServer/rewrite/globalRules'];
const outbound = 'system.webServer/rewrite/outboundRules';

const addedRules = (steps: readonly Step[]): readonly AddedRule[] =>
  steps
    .filter(({kind, status}) => kind === 'config-edit' && status === 'to-do')
    .flatMap(({resources}) => resources)
    .flatMap((resource): readonly AddedRule[] => {
      if (resource.kind !== 'element') return [];
      const {keys, configPath, section, element} = resource.at;
      if (element !== 'rule' || !(section === outbound || inbound.includes(section))) return [];
      return [{name: keys['name'] ?? '', configPath, changesAnswers: section === outbound}];
    });

/** Rules at a configuration path, and the site at which a request meets them. */
export const inboundRulesAt = async (
  configuration: IisConfiguration,
  configPath: string,
): Promise<{readonly site: string; readonly rules: readonly ReadyInboundRule[]}> => {
  const site = configPath.split('/')[0] || (configuration.topology.sites[0]?.name ?? '');
  const level = readLevel(await levelOf(configuration, configPath === '' ? site : configPath));
  return {site, rules: configPath === '' ? level.globalRules : level.rules};
};

const unproven = (rule: string, why: string): string => `The rule "${rule}" is not proven over HTTP: ${why}.`;

/** Requests that prove the rules which a plan adds: answered before it, refused once its files are there. */
export const canariesOf = async (
  reader: ServerReader,
  {steps}: PlanBody,
  changed: readonly ConfigFile[],
): Promise<Canaries> => {
  const before = await configurationNow(reader);
  const after = before.withFiles(changed);
  const canaries: Canary[] = [];
  const without: string[] = [];
  for (const {name, configPath, changesAnswers} of addedRules(steps)) {
    if (changesAnswers) {
      without.push(unproven(name, 'it changes answers, and a canary is a request'));
      continue;
    }
    const {site, rules} = await inboundRulesAt(after, configPath);
    const rule = rules.find((one) => one.rule.name === name && one.rule.source.configPath === configPath);
    const result = rule
      ? await canaryFor({rule, site, configuration: after, before, harm: signOfAttack})
      : {why: 'it is not in force'};
    if ('canary' in result) canaries.push(result.canary);
    else without.push(unproven(name, result.why));
  }
  return {canaries, without};
};
