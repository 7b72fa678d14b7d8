import type {IisConfiguration} from '../iis/configuration.ts';
import {specAttribute} from '../iis/element-spec.ts';
import type {Mitigation, ProbeRequest, RewriteAction} from '../mitigation/model.ts';
import {type RewriteRules, readLevel} from '../rewrite/level.ts';
import {levelForRequest} from '../rewrite/level-for-request.ts';
import {levelOf} from '../rewrite/level-of.ts';
import type {RewriteRequest} from '../rewrite/model.ts';
import {traceRequest} from '../rewrite/trace-request.ts';
import {traceResponse} from '../rewrite/trace-response.ts';
import {normalizePath, splitUrl} from '../rewrite/url.ts';

/*
 * Whether a mitigation does what it is for, tried with the requests that it carries. A rule that stands in a file may
 * be shadowed, disarmed or never match: "applied" is not "active".
 */

export interface Trial {
  readonly probe: ProbeRequest;
  readonly wanted: 'blocked' | 'passed';
  readonly as: 'wanted' | 'not-wanted';
  /** A clause: what became of the request, and which rule decided. */
  readonly why: string;
  /** Name of the rule that decided; `undefined`: none did. */
  readonly decidedBy: string | undefined;
}

const page = {
  status: 200,
  headers: {'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "script-src 'self'"},
};

export const rewriteActions = (mitigation: Mitigation): readonly RewriteAction[] =>
  mitigation.actions.filter((action) => action.kind === 'rewrite');

const asRequest = ({method, url, headers}: ProbeRequest): RewriteRequest => ({method, url, headers});

/** The rules that a request to a site meets, read once for each level that has some of its own. */
export type RulesFor = (url: string) => Promise<RewriteRules>;

export const rulesOfSite = (configuration: IisConfiguration, site: string): RulesFor => {
  const known = new Map<string, Promise<RewriteRules>>();
  return async (url) => {
    const level = await levelForRequest(configuration, site, normalizePath(splitUrl(url).path));
    const rules = known.get(level) ?? levelOf(configuration, level).then(readLevel);
    known.set(level, rules);
    return rules;
  };
};

/** Tries every request that the mitigation carries on a configuration. Empty where it has no inbound rules. */
export const tryProbes = async (mitigation: Mitigation, configuration: IisConfiguration): Promise<readonly Trial[]> => {
  const site = rewriteActions(mitigation)[0]?.target.split('/')[0];
  if (site === undefined || site === '') return [];
  const rulesFor = rulesOfSite(configuration, site);
  const trials: Trial[] = [];
  for (const [wanted, probes] of [
    ['blocked', mitigation.blocked],
    ['passed', mitigation.passed],
  ] as const) {
    for (const probe of probes) {
      const {answer, decidedBy} = traceRequest(await rulesFor(probe.url), asRequest(probe));
      const passed = answer.kind === 'passed';
      const as = passed === (wanted === 'passed') ? 'wanted' : 'not-wanted';
      const by = decidedBy ? ` by rule "${decidedBy.name}" (${decidedBy.source.file}:${decidedBy.source.line})` : '';
      trials.push({probe, wanted, as, why: `${answer.kind}${by}`, decidedBy: decidedBy?.name});
    }
  }
  return trials;
};

/** Names of the outbound rules that change the answer to a request: a page with a content security policy. */
export const outboundFired = async (rulesFor: RulesFor, url: string): Promise<readonly string[]> => {
  const request = {method: 'GET', url, headers: {}};
  const {rules} = traceResponse(await rulesFor(url), {request, response: page});
  return rules.filter(({fired}) => fired).map(({name}) => name);
};

/** Names of the rules of a section that a mitigation brings. */
export const ruleNames = (mitigation: Mitigation, section: 'rules' | 'outboundRules'): readonly string[] =>
  rewriteActions(mitigation)
    .flatMap(({items}) => items)
    .filter((item) => item.section === section && item.collection === '')
    .map(({element}) => specAttribute(element, 'name') ?? '');
