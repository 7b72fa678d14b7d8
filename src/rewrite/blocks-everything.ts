import type {ReadyInboundRule} from './level.ts';
import {readLevel} from './level.ts';
import {emptyLevel, type RewriteRequest, type SourcedElement} from './model.ts';
import type {InboundRule} from './rule.ts';
import {traceRequest} from './trace-request.ts';
import {levelPath} from './url.ts';

export interface BlockingVerdict {
  readonly blocks: boolean;
  /** Decided by how the rule is built, or by trying ordinary requests. */
  readonly by: 'structure' | 'samples';
  /** A sentence. */
  readonly why: string;
}

const headers = {
  host: 'server.example',
  'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
  accept: '*/*',
};
const signedIn = {...headers, cookie: 'session=0123456789abcdef; language=en-GB', referer: 'https://server.example/'};

/** What ordinary clients ask any application: pages, scripts, pictures, services, with and without a query. */
const ordinary: readonly (readonly [method: string, path: string, headers: Readonly<Record<string, string>>])[] = [
  ['GET', 'default.aspx', headers],
  ['GET', 'default.aspx?view=list&id=42', signedIn],
  ['GET', 'folder/', headers],
  ['GET', 'folder/page.html', signedIn],
  ['GET', 'scripts/15.2.1/app.min.js?v=3', headers],
  ['GET', 'images/logo.png', headers],
  ['GET', 'styles/site.css', signedIn],
  ['GET', 'api/v2.0/items?$top=10', signedIn],
  ['POST', 'service.asmx', {...headers, 'content-type': 'text/xml; charset=utf-8'}],
  ['POST', 'service.svc?action=List', {...signedIn, 'content-type': 'application/json'}],
  ['POST', 'upload/handler.ashx?cmd=ping&user=jane&device=AB12', headers],
  ['HEAD', 'healthcheck.htm', headers],
  ['OPTIONS', 'gateway/tunnel.dll?server.example:6001', headers],
];

const samplesFor = (configPath: string): readonly RewriteRequest[] =>
  ordinary.map(([method, path, sent]) => ({method, url: `${levelPath(configPath)}/${path}`, headers: sent}));

const blockingWords: Readonly<Partial<Record<InboundRule['action']['type'], string>>> = {
  AbortRequest: 'aborts',
  CustomResponse: 'answers itself',
  Redirect: 'redirects',
};

/** Whether every text fits, seen from the rule alone; `undefined` where that cannot be seen. */
const fitsEverything = ({rule, match, conditions}: ReadyInboundRule): boolean | undefined => {
  const seen = (always: boolean, negate: boolean): boolean | undefined => (always ? !negate : undefined);
  const parts = conditions.items.map(({condition, pattern}) =>
    condition.matchType === 'Pattern' ? seen(pattern.always, condition.pattern.negate) : undefined,
  );
  const any = rule.conditions.grouping === 'MatchAny' && parts.length > 0;
  const held = any ? parts.some((part) => part === true) : parts.every((part) => part === true);
  const broken = any ? parts.every((part) => part === false) : parts.includes(false);
  const url = seen(match.always, rule.match.negate);
  if (url === false || broken) return false;
  return url === true && held ? true : undefined;
};

/**
 * Whether a rule would end every request of its level before the application sees one. Where the rule's own form does not
 * tell, ordinary requests are tried; `samples` takes their place where the caller knows better ones.
 */
export const blocksEverything = (
  sourced: SourcedElement,
  section: InboundRule['section'],
  samples?: readonly RewriteRequest[],
): BlockingVerdict => {
  const {configPath} = sourced.source;
  const level = readLevel({...emptyLevel(configPath), [section]: [sourced]});
  const [ready] = level[section];
  if (!ready) throw new RangeError(`the section ${section} lost its rule`);
  const [fault] = level.faults;
  if (fault) {
    const why = `The rule ${fault.reason}: IIS answers every request of the level with an error.`;
    return {blocks: true, by: 'structure', why};
  }
  const word = blockingWords[ready.rule.action.type];
  if (!ready.rule.enabled) return {blocks: false, by: 'structure', why: 'The rule is disabled.'};
  if (word === undefined) return {blocks: false, by: 'structure', why: 'The rule lets requests go on.'};
  const fits = fitsEverything(ready);
  if (fits === false) return {blocks: false, by: 'structure', why: 'The rule can fit no request at all.'};
  if (fits) return {blocks: true, by: 'structure', why: `The rule fits every request and ${word} it.`};
  const requests = samples ?? samplesFor(section === 'globalRules' ? '' : configPath);
  const passed = requests.find((request) => traceRequest(level, request).answer.kind === 'passed');
  if (passed) {
    return {blocks: false, by: 'samples', why: `An ordinary request, ${passed.method} ${passed.url}, goes through.`};
  }
  return {
    blocks: requests.length > 0,
    by: 'samples',
    why: `The rule ${word} each of ${requests.length} ordinary requests.`,
  };
};
