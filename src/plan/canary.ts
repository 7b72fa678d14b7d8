import type {IisConfiguration} from '../iis/configuration.ts';
import type {ReadyInboundRule} from '../rewrite/level.ts';
import {exampleTexts} from '../rewrite/regex/required.ts';
import {traceRequest} from '../rewrite/trace-request.ts';
import {statusOf} from './answer-status.ts';
import type {DeclaredAnswer} from './model.ts';
import {rulesOfSite} from './proof.ts';

/*
 * A canary: a request that a rule must refuse and that does nothing where it is not refused. It asks for a page that does
 * not exist and carries the words of the rule's patterns in its URL, `/stopgap-canary?autodiscover&powershell`. It is
 * tried on the configuration first, by our own evaluator: what does not make the rule act there is never sent.
 */

export interface Canary {
  readonly rule: string;
  readonly site: string;
  /** Path and query. */
  readonly url: string;
  /** What the rule answers. */
  readonly expected: DeclaredAnswer['status'];
}

export type CanaryResult = {readonly canary: Canary} | {readonly why: string};

export interface CanaryQuestion {
  readonly rule: ReadyInboundRule;
  readonly site: string;
  /** With the rule. */
  readonly configuration: IisConfiguration;
  /** Without it: nobody else may refuse the canary there, or it would prove nothing. `undefined`: not asked. */
  readonly before: IisConfiguration | undefined;
  /** Why a request is not harmless; `undefined`: it is. */
  readonly harm: (url: string) => string | undefined;
}

const page = 'stopgap-canary';

/** The page of a canary alone, which no rule has a reason to refuse. */
export const withoutWords = (url: string): string => url.slice(0, url.indexOf(page) + page.length);

/** A rule for a virtual directory sees only what is below it. */
const folderOf = ({rule}: ReadyInboundRule, site: string): string => {
  const {configPath} = rule.source;
  return configPath.length > site.length ? configPath.slice(site.length) : '';
};

const wordsOf = ({match, conditions}: ReadyInboundRule): readonly string[] => {
  const patterns = [match, ...conditions.items.map(({pattern}) => pattern)];
  const texts = patterns
    .filter(({pattern}) => !('negate' in pattern && pattern.negate === true))
    .flatMap(({regex, pattern}) => {
      const words = regex ? exampleTexts(regex) : [];
      return pattern.ignoreCase ? words.map((word) => word.toLowerCase()) : words;
    });
  return [...new Set(texts)];
};

// What RFC 3986 lets stand in a query stays as it is: a rule may look at the URL as it was sent. An example text can hold
// half of a surrogate pair, which no URL can carry.
const inUrl = (word: string): string =>
  word.replace(/[^\w.~!$'()*+,;:@/?=-]/gu, (character) => encodeURIComponent(character.toWellFormed()));

const candidates = (rule: ReadyInboundRule, site: string): readonly string[] => {
  const words = wordsOf(rule).map(inUrl);
  if (words.length === 0) return [];
  const base = `${folderOf(rule, site)}/${page}`;
  return [`${base}?${words.join('&')}`, `${base}/${words.join('/')}`];
};

/** What the rule makes of a request; `undefined`: it does not decide, or that is not certain. */
const refusalOf = async (url: string, question: CanaryQuestion): Promise<Canary['expected'] | undefined> => {
  const {rule, site, configuration} = question;
  const {answer, decidedBy, certain} = traceRequest(await rulesOfSite(configuration, site)(url), get(url));
  return certain && decidedBy?.name === rule.rule.name ? statusOf(answer) : undefined;
};

const get = (url: string) => ({method: 'GET', url, headers: {}});

const refusedBefore = async (url: string, {before, site}: CanaryQuestion): Promise<boolean> => {
  if (!before) return false;
  const {answer} = traceRequest(await rulesOfSite(before, site)(url), get(url));
  return answer.kind !== 'passed';
};

/** A canary for an inbound rule in force, or why there can be none. */
export const canaryFor = async (question: CanaryQuestion): Promise<CanaryResult> => {
  const {rule, site, harm} = question;
  const {action, enabled, name} = rule.rule;
  if (!enabled) return {why: 'it is disabled'};
  if (action.type === 'None' || action.type === 'Rewrite') return {why: 'it answers no request itself'};
  let why = 'no request makes it act that carries its words in the URL alone';
  for (const url of candidates(rule, site)) {
    const expected = await refusalOf(url, question);
    if (expected === undefined) continue;
    const harmful = harm(url);
    if (harmful !== undefined) why = `a request that makes it act looks like an attack: ${harmful}`;
    else if (await refusedBefore(url, question)) why = 'what would make it act is refused without it, too';
    else return {canary: {rule: name, site, url, expected}};
  }
  return {why};
};
