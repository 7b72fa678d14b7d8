import {ask, spoken} from '../apply/probes.ts';
import type {IisConfiguration} from '../iis/configuration.ts';
import {layersOf} from '../iis/layers.ts';
import type {Mitigation, RewriteItem} from '../mitigation/model.ts';
import {type Canary, canaryFor, withoutWords} from '../plan/canary.ts';
import {twinsOf} from '../plan/in-place.ts';
import {rewriteActions} from '../plan/proof.ts';
import type {ReadyInboundRule} from '../rewrite/level.ts';
import type {RuleSource} from '../rewrite/model.ts';
import type {HealthProber, HttpAnswer} from '../server/server.ts';
import {inboundRulesAt, signOfAttack} from './canaries.ts';

/** What the running server makes of a request that a rule must refuse. */
export interface LiveProof {
  readonly rule: string;
  readonly site: string;
  /** Path and query of the canary; null: there can be none. */
  readonly url: string | null;
  readonly status: HttpAnswer['status'] | null;
  /** null: it cannot be told. */
  readonly acts: boolean | null;
  /** A clause: what was seen, or why nothing can be. */
  readonly why: string;
}

export interface LiveQuestion {
  readonly configuration: IisConfiguration;
  readonly prober: HealthProber;
}

/** Tries every inbound rule in force that does what a mitigation wants, whoever wrote it. */
export const proveLive = async (mitigation: Mitigation, question: LiveQuestion): Promise<readonly LiveProof[]> => {
  const proofs: LiveProof[] = [];
  for (const {target, items} of rewriteActions(mitigation)) {
    for (const section of ['rules', 'globalRules'] as const) {
      const wanted = items.filter((item) => item.section === section);
      for (const source of await standing(question.configuration, section === 'rules' ? target : '', wanted)) {
        proofs.push(await proveOne(source, question));
      }
    }
  }
  return proofs;
};

const standing = async (
  configuration: IisConfiguration,
  configPath: string,
  items: readonly RewriteItem[],
): Promise<readonly RuleSource[]> =>
  items.length === 0
    ? []
    : twinsOf(await layersOf(configuration, configPath), items).flatMap(({twins}) => twins.map(({source}) => source));

const isAt =
  ({file, line}: RuleSource) =>
  ({rule: {source}}: ReadyInboundRule): boolean =>
    source.file === file && source.line === line;

const proveOne = async (source: RuleSource, {configuration, prober}: LiveQuestion): Promise<LiveProof> => {
  const {site, rules} = await inboundRulesAt(configuration, source.configPath);
  const rule = rules.find(isAt(source));
  const name = rule?.rule.name ?? `${source.file}:${source.line}`;
  const result = rule
    ? await canaryFor({rule, site, configuration, before: undefined, harm: signOfAttack})
    : {why: 'it is not in force'};
  if ('canary' in result) return send(result.canary, prober);
  return {rule: name, site, url: null, status: null, acts: null, why: result.why};
};

/** The same page without the words has to be answered: where nothing answers, a silence is no proof. */
const send = async (canary: Canary, prober: HealthProber): Promise<LiveProof> => {
  const {rule, site, url, expected} = canary;
  const {status} = await ask(prober, {site, path: url});
  const plain = withoutWords(url);
  const control = (await ask(prober, {site, path: plain})).status;
  const seen = `GET ${url} gives ${spoken(status)}, GET ${plain} ${spoken(control)}`;
  const proof = {rule, site, url, status};
  if (status === 'none' || control === 'none') return {...proof, acts: null, why: `${seen}: that proves nothing`};
  if (status !== expected) return {...proof, acts: false, why: `${seen}: it does not act`};
  if (control === expected) return {...proof, acts: null, why: `${seen}: that proves nothing`};
  return {...proof, acts: true, why: `${seen}: it acts`};
};
