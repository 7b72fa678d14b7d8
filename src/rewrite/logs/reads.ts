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

const fromHeaders = /^(?:HTTP_|SERVER_NAME$|CONTENT_)/i;

/** Whether anything of a level looks at headers of the request: mostly nothing does, and they need not be read twice. */
export const readsHeaders = (rules: RewriteRules): boolean =>
  templatesOf(rules)
    .flatMap(({parts}) => variablesIn(parts))
    .some((name) => fromHeaders.test(name) && !/^HTTP_(?:URL|METHOD)$/i.test(name)) ||
  // A setting without replace looks at what it would replace.
  [...rules.globalRules, ...rules.rules].some(({settings}) => settings.some(({replace}) => !replace));
