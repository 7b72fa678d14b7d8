import type {IisConfiguration} from '../iis/configuration.ts';
import {layersOf} from '../iis/layers.ts';
import {applicationAt, joinConfigPath} from '../iis/topology.ts';
import {type RewriteRules, readLevel} from '../rewrite/level.ts';
import {levelForRequest} from '../rewrite/level-for-request.ts';
import {levelOfPath, rewriteFaults} from '../rewrite/level-of.ts';
import type {RewriteResponse} from '../rewrite/model.ts';
import type {ResponseTrace, Trace} from '../rewrite/trace.ts';
import {traceRequest} from '../rewrite/trace-request.ts';
import {traceResponse} from '../rewrite/trace-response.ts';
import {normalizePath, splitUrl} from '../rewrite/url.ts';
import {bindingFor} from './bindings.ts';

/** A request to trace, and the answer of the application where outbound rules are asked about too. */
export interface Question {
  readonly method: string;
  /** `/path?query`, or with scheme and host. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined`: the outbound rules are not looked at. */
  readonly response: RewriteResponse | undefined;
}

/** What becomes of a request on one configuration. */
export interface Verdict {
  /** What IIS cannot read here: it answers 500.19 before any rule is run. */
  readonly unreadable: readonly {readonly file: string; readonly line: number; readonly reason: string}[];
  readonly inbound: Trace;
  /** `undefined`: no response was given, or none comes back. */
  readonly outbound: ResponseTrace | undefined;
  /** Outbound rules in force, looked at or not. */
  readonly outboundRules: number;
}

export interface TracedRequest {
  readonly question: Question;
  readonly site: string;
  readonly application: string;
  readonly now: Verdict;
  readonly withPlan: Verdict | undefined;
}

interface LevelRules {
  readonly rules: RewriteRules;
  readonly unreadable: Verdict['unreadable'];
}

type RulesAt = (site: string, path: string) => Promise<LevelRules>;

/** Rules by application, or by the folder below that has some of its own; read once each. */
const rulesAt = (configuration: IisConfiguration): RulesAt => {
  const known = new Map<string, Promise<LevelRules>>();
  const read = async (configPath: string): Promise<LevelRules> => {
    const layers = await layersOf(configuration, configPath);
    const unreadable = rewriteFaults(layers).map(({file, line, reason}) => ({file, line, reason}));
    return {rules: readLevel(levelOfPath(layers)), unreadable};
  };
  return async (site, path) => {
    const configPath = await levelForRequest(configuration, site, path);
    const rules = known.get(configPath) ?? read(configPath);
    known.set(configPath, rules);
    return rules;
  };
};

const judge = async (question: Question, site: string, rulesOf: RulesAt): Promise<Verdict> => {
  const {response, method, url, headers} = question;
  const {rules, unreadable} = await rulesOf(site, normalizePath(splitUrl(url).path));
  const {https, port} = bindingFor(url);
  const request = {method, url, headers, https, port};
  const inbound = traceRequest(rules, request);
  const answers = unreadable.length === 0 && inbound.answer.kind === 'passed';
  return {
    unreadable,
    inbound,
    outbound: response && answers ? traceResponse(rules, {request, response}) : undefined,
    outboundRules: rules.outboundRules.length,
  };
};

export interface Tracer {
  trace(question: Question): Promise<TracedRequest>;
}

/** Follows requests through the rules of a server as it is and, where there is a plan, as it would be. */
export const tracer = (site: string, now: IisConfiguration, withPlan: IisConfiguration | undefined): Tracer => {
  const today = rulesAt(now);
  const then = withPlan && rulesAt(withPlan);
  return {
    trace: async (question) => {
      const path = normalizePath(splitUrl(question.url).path);
      const application = applicationAt(now.topology, joinConfigPath(site, path))?.configPath ?? site;
      return {
        question,
        site,
        application,
        now: await judge(question, site, today),
        withPlan: then && (await judge(question, site, then)),
      };
    },
  };
};
