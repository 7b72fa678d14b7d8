import type {ReadyConditions, RewriteRules} from '../level.ts';
import type {Template, TemplatePart} from '../template.ts';

export const variablesIn = (parts: readonly TemplatePart[]): readonly string[] =>
  parts.flatMap((part) => {
    if (part.kind === 'variable') return [part.name];
    return part.kind === 'call' ? variablesIn(part.argument) : [];
  });

const inConditions = ({items}: ReadyConditions): readonly Template[] => items.map(({input}) => input);

const templatesOf = ({globalRules, rules, outboundRules, preConditions}: RewriteRules): readonly Template[] => [
  ...[...globalRules, ...rules].flatMap(({conditions, target, settings}) => [
    ...inConditions(conditions),
    ...(target ? [target] : []),
    ...settings.map(({value}) => value),
  ]),
  ...outboundRules.flatMap(({conditions, target}) => [...inConditions(conditions), ...(target ? [target] : [])]),
  ...[...preConditions.values()].flatMap(({conditions}) => inConditions(conditions)),
];

const readBy = (rules: RewriteRules): readonly string[] =>
  templatesOf(rules)
    .flatMap(({parts}) => variablesIn(parts))
    .map((name) => name.toUpperCase());

/** A setting without replace looks at what it would replace. */
const keepsValues = ({globalRules, rules}: RewriteRules): boolean =>
  [...globalRules, ...rules].some(({settings}) => settings.some(({replace}) => !replace));

const ofUrl = new Set([
  'REQUEST_URI',
  'UNENCODED_URL',
  'HTTP_URL',
  'URL',
  'PATH_INFO',
  'SCRIPT_NAME',
  'QUERY_STRING',
  'REQUEST_METHOD',
  'HTTP_METHOD',
]);

/** Whether requests with the same method and URL have the same fate, whoever sends them. */
export const decidesByUrl = (rules: RewriteRules): boolean =>
  !keepsValues(rules) && readBy(rules).every((name) => ofUrl.has(name) || name.startsWith('RESPONSE_'));

const fromHeaders = /^(?:HTTP_|SERVER_NAME$|CONTENT_)/;

/** Whether anything of a level looks at headers of the request: mostly nothing does, and they need not be read twice. */
export const readsHeaders = (rules: RewriteRules): boolean =>
  keepsValues(rules) || readBy(rules).some((name) => fromHeaders.test(name) && !ofUrl.has(name));
