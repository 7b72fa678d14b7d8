import {attributeValue, childNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {parseConfigPath} from '../config/config-path.ts';
import {inside, itemsOf, readSection} from '../config/section-view.ts';
import {flagOf, testConditions, textOf} from './conditions.ts';
import {type Exchange, variableOf} from './exchange.ts';
import {matchPattern} from './pattern.ts';
import {mapsOf, physicalPathOf} from './rules.ts';
import {expand, type Scope} from './variables.ts';

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

const scopeOf = (exchange: Exchange, response: Response): Scope => ({
  variable: variableOf(exchange, physicalPathOf(exchange, exchange.path), response),
  matched: [],
  captured: [],
  map: mapsOf(exchange),
});

const withHeader = (response: Response, variable: string, value: string): Response => {
  const name = variable.slice('RESPONSE_'.length).replaceAll('_', '-');
  const others = Object.entries(response.headers).filter(([key]) => key.toLowerCase() !== name.toLowerCase());
  return {...response, headers: {...Object.fromEntries(others), [name]: value}};
};

interface Outbound {
  readonly exchange: Exchange;
  readonly preConditions: readonly XmlElement[];
}

const preConditionHolds = ({exchange, preConditions}: Outbound, rule: XmlElement, scope: Scope): boolean => {
  const name = textOf(rule, 'preCondition');
  if (name === '') return true;
  const wanted = preConditions.find((element) => attributeValue(element, 'name')?.toLowerCase() === name.toLowerCase());
  if (!wanted) return false;
  const syntax = textOf(wanted, 'patternSyntax', 'ECMAScript');
  return testConditions(wanted, scope, {syntax, trackAllByDefault: false, files: exchange.world.disk}) !== undefined;
};

/** The header that the rule is about, rewritten; `undefined` where the rule does not fire. */
const fire = (outbound: Outbound, rule: XmlElement, response: Response): Response | undefined => {
  const pattern = childNamed(rule, 'match');
  const variable = textOf(pattern, 'serverVariable').toUpperCase();
  // Without a server variable a rule is about the body, and simulated answers have none.
  if (!variable.startsWith('RESPONSE_')) return undefined;
  const scope = scopeOf(outbound.exchange, response);
  if (!preConditionHolds(outbound, rule, scope)) return undefined;
  const syntax = textOf(rule, 'patternSyntax', 'ECMAScript');
  const ignoreCase = flagOf(pattern, 'ignoreCase', true);
  const captures = matchPattern(textOf(pattern, 'pattern'), scope.variable(variable) ?? '', {syntax, ignoreCase});
  if ((captures !== undefined) === flagOf(pattern, 'negate', false)) return undefined;
  const matched: Scope = {...scope, matched: captures ?? []};
  const files = outbound.exchange.world.disk;
  const captured = testConditions(childNamed(rule, 'conditions'), matched, {syntax, trackAllByDefault: true, files});
  const action = childNamed(rule, 'action');
  if (!captured || textOf(action, 'type', 'None') !== 'Rewrite') return undefined;
  const written = textOf(pattern, 'serverVariable');
  return withHeader(response, written, expand(textOf(action, 'value'), {...matched, captured}));
};

/** Applies the outbound rules for response headers. */
export const runOutboundRules = (exchange: Exchange, response: Response): Response => {
  const {world, site} = exchange;
  const target = parseConfigPath(world, `${site.name}${exchange.path === '/' ? '' : exchange.path}`);
  const {schema, parts} = readSection(world, target, 'system.webServer/rewrite/outboundRules');
  const list = schema.elements['preConditions']?.collection;
  const preConditions = list ? itemsOf(list, inside(parts, ['preConditions'])).map(({element}) => element) : [];
  const rules = schema.collection ? itemsOf(schema.collection, parts) : [];
  let result = response;
  for (const {element: rule} of rules) {
    const fired = flagOf(rule, 'enabled', true) ? fire({exchange, preConditions}, rule, result) : undefined;
    if (!fired) continue;
    exchange.trace.push(`outboundRules: "${textOf(rule, 'name')}" rewrote a header`);
    result = fired;
    if (flagOf(rule, 'stopProcessing', false)) break;
  }
  return result;
};
