import {attributeValue, childNamed, childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {type ConfigPath, parseConfigPath} from '../config/config-path.ts';
import {type Item, itemsOf, readSection} from '../config/section-view.ts';
import {below, placeOf} from '../config/topology.ts';
import {flagOf, testConditions, textOf} from './conditions.ts';
import {type Exchange, splitUrl, variableOf} from './exchange.ts';
import {matchPattern} from './pattern.ts';
import {expand, type Scope} from './variables.ts';

/** How the rules end a request, if they do. */
export type RuleEnd =
  | {readonly kind: 'reset'}
  | {readonly kind: 'respond'; readonly status: number; readonly subStatus: number}
  | {readonly kind: 'redirect'; readonly status: number; readonly location: string}
  | {readonly kind: 'fail'; readonly why: string};

const redirectStatus: Readonly<Record<string, number>> = {Permanent: 301, Found: 302, SeeOther: 303, Temporary: 307};

const itemsAt = ({world}: Exchange, target: ConfigPath, section: string): readonly Item[] => {
  const {schema, parts} = readSection(world, target, `system.webServer/rewrite/${section}`);
  return schema.collection ? itemsOf(schema.collection, parts) : [];
};

const targetOf = ({world, site}: Exchange, path: string): ConfigPath =>
  parseConfigPath(world, `${site.name}${path === '/' ? '' : path}`);

export const mapsOf = (exchange: Exchange): Scope['map'] => {
  const maps = itemsAt(exchange, targetOf(exchange, exchange.path), 'rewriteMaps');
  return (name, key) => {
    const map = maps.find(
      ({element}) => attributeValue(element, 'name')?.toLowerCase() === name.toLowerCase(),
    )?.element;
    if (!map) return undefined;
    const same = flagOf(map, 'ignoreCase', true)
      ? (entry: XmlElement) => textOf(entry, 'key').toLowerCase() === key.toLowerCase()
      : (entry: XmlElement) => textOf(entry, 'key') === key;
    const entry = childrenNamed(map, 'add').find(same);
    return entry ? textOf(entry, 'value') : textOf(map, 'defaultValue');
  };
};

export const physicalPathOf = ({site}: Exchange, path: string): string => placeOf(site, path)?.folder ?? '';

const scopeOf = (exchange: Exchange): Scope => ({
  variable: variableOf(exchange, physicalPathOf(exchange, exchange.path), undefined),
  matched: [],
  captured: [],
  map: mapsOf(exchange),
});

/** The path as a rule of that level sees it: below the level, without a leading slash; `undefined` outside of it. */
const inputFor = ({site, path}: Exchange, level: string): string | undefined => {
  const url = level === '' ? '/' : `/${level.slice(site.name.length + 1)}`;
  return below(url, path);
};

const withTrailingSlash = (input: string, path: string): string =>
  path.endsWith('/') && input !== '' && !input.endsWith('/') ? `${input}/` : input;

interface Matched {
  readonly scope: Scope;
  readonly rule: XmlElement;
}

const match = (exchange: Exchange, {element: rule, part}: Item): Matched | undefined => {
  const relative = inputFor(exchange, part.scope.level);
  if (relative === undefined) return undefined;
  const input = withTrailingSlash(relative, exchange.path);
  const pattern = childNamed(rule, 'match');
  const syntax = textOf(rule, 'patternSyntax', 'ECMAScript');
  const ignoreCase = flagOf(pattern, 'ignoreCase', true);
  const captures = matchPattern(textOf(pattern, 'url'), input, {syntax, ignoreCase});
  const negate = flagOf(pattern, 'negate', false);
  if ((captures !== undefined) === negate) return undefined;
  const scope: Scope = {...scopeOf(exchange), matched: negate ? [] : (captures ?? [])};
  const captured = testConditions(childNamed(rule, 'conditions'), scope, {
    syntax,
    trackAllByDefault: false,
    files: exchange.world.disk,
  });
  return captured && {rule, scope: {...scope, captured}};
};

const setVariables = (exchange: Exchange, {rule, scope}: Matched, isGlobal: boolean): RuleEnd | undefined => {
  const list = childNamed(rule, 'serverVariables');
  const allowed = itemsAt(exchange, targetOf(exchange, exchange.path), 'allowedServerVariables');
  for (const entry of list ? childrenNamed(list, 'set') : []) {
    const name = textOf(entry, 'name').toUpperCase();
    const mayBeSet = allowed.some(({element}) => textOf(element, 'name').toUpperCase() === name);
    if (!(isGlobal || mayBeSet)) return {kind: 'fail', why: `the server variable ${name} is not allowed to be set`};
    const old = scope.variable(name);
    if (flagOf(entry, 'replace', true) || old === undefined || old === '') {
      exchange.variables.set(name, expand(textOf(entry, 'value'), scope));
    }
  }
  return undefined;
};

const withQuery = (exchange: Exchange, action: XmlElement, url: string): string => {
  if (!flagOf(action, 'appendQueryString', true) || exchange.query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${exchange.query}`;
};

const rewrite = (exchange: Exchange, url: string, level: string): RuleEnd | undefined => {
  if (/^https?:\/\//i.test(url)) return {kind: 'respond', status: 404, subStatus: 4};
  const base = level === '' ? '' : level.slice(exchange.site.name.length);
  const {path, query} = splitUrl(url.startsWith('/') ? url : `${base}/${url}`);
  if (!exchange.variables.has('HTTP_X_ORIGINAL_URL')) {
    exchange.variables.set('HTTP_X_ORIGINAL_URL', exchange.request.url);
  }
  exchange.path = path;
  exchange.query = query;
  return undefined;
};

const act = (exchange: Exchange, {rule, scope}: Matched, level: string): RuleEnd | undefined => {
  const action = childNamed(rule, 'action');
  if (!action) return undefined;
  const url = withQuery(exchange, action, expand(textOf(action, 'url'), scope));
  switch (textOf(action, 'type', 'None')) {
    case 'AbortRequest':
      return {kind: 'reset'};
    case 'CustomResponse': {
      const [status, subStatus] = [textOf(action, 'statusCode', '0'), textOf(action, 'subStatusCode', '0')];
      return {kind: 'respond', status: Number(status), subStatus: Number(subStatus)};
    }
    case 'Redirect':
      return {
        kind: 'redirect',
        status: redirectStatus[textOf(action, 'redirectType', 'Permanent')] ?? 301,
        location: url,
      };
    case 'Rewrite':
      return rewrite(exchange, url, level);
    default:
      return undefined;
  }
};

const runSection = (exchange: Exchange, section: 'globalRules' | 'rules'): RuleEnd | undefined => {
  const isGlobal = section === 'globalRules';
  const target = isGlobal ? parseConfigPath(exchange.world, '') : targetOf(exchange, exchange.path);
  for (const item of itemsAt(exchange, target, section)) {
    if (!flagOf(item.element, 'enabled', true)) continue;
    const matched = match(exchange, item);
    if (!matched) continue;
    exchange.trace.push(`${section}: "${textOf(item.element, 'name')}" matched`);
    const end =
      setVariables(exchange, matched, isGlobal) ?? act(exchange, matched, isGlobal ? '' : item.part.scope.level);
    if (end) return end;
    if (flagOf(item.element, 'stopProcessing', false)) return undefined;
  }
  return undefined;
};

/**
 * Global rules, then distributed ones from the server down. Rewriting changes the exchange.
 * @throws BadPattern
 */
export const runInboundRules = (exchange: Exchange): RuleEnd | undefined =>
  runSection(exchange, 'globalRules') ?? runSection(exchange, 'rules');
