import {type Evaluated, joined, plain, type Reading} from './reading.ts';
import type {Template, TemplatePart} from './template.ts';
import {type Decoded, urlDecode, urlEncode} from './url.ts';

export interface RewriteMap {
  readonly name: string;
  readonly defaultValue: string;
  readonly ignoreCase: boolean;
  readonly entries: ReadonlyMap<string, string>;
}

/** What the references of a text stand for at one moment. */
export interface TemplateScope {
  readonly variable: (name: string, alternative: Reading | undefined) => Evaluated;
  readonly ruleCaptures: readonly string[];
  readonly conditionCaptures: ConditionCaptures;
  /** By name in lower case. */
  readonly maps: ReadonlyMap<string, RewriteMap>;
}

export interface ConditionCaptures {
  readonly captures: readonly string[];
  /** The same numbered otherwise, where the numbers are not certain. */
  readonly otherwise: readonly string[] | undefined;
}

export const noCaptures: ConditionCaptures = {captures: [], otherwise: undefined};

const htmlEntities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};

const decoded = (argument: Evaluated, {text, touched}: Decoded): Evaluated => ({
  text,
  touched: new Set([...argument.touched, ...touched]),
  unknown: argument.unknown,
});

const mapped = (map: RewriteMap, {text, touched, unknown}: Evaluated): Evaluated => {
  const key = map.ignoreCase ? text.toLowerCase() : text;
  return {text: map.entries.get(key) ?? map.defaultValue, touched, unknown};
};

const called = (
  name: string,
  argument: Evaluated,
  {scope, alternative}: {scope: TemplateScope; alternative: Reading | undefined},
): Evaluated => {
  const {text, touched, unknown} = argument;
  switch (name.toLowerCase()) {
    case 'tolower':
      return {text: text.toLowerCase(), touched, unknown};
    case 'urldecode':
      return decoded(argument, urlDecode(text, alternative));
    case 'urlencode':
      return decoded(argument, urlEncode(text, alternative));
    case 'htmlencode':
      return {text: text.replace(/[&<>"]/g, (char) => htmlEntities[char] ?? char), touched, unknown};
    default: {
      const map = scope.maps.get(name.toLowerCase());
      // Neither a function nor a map: a provider, whose program is not run here.
      return map ? mapped(map, argument) : {text: '', touched, unknown: [...unknown, `${name}:`]};
    }
  }
};

const captured = (
  {of, index}: Extract<TemplatePart, {kind: 'capture'}>,
  {scope, alternative}: {scope: TemplateScope; alternative: Reading | undefined},
): Evaluated => {
  if (of === 'R') return plain(scope.ruleCaptures[index] ?? '');
  const {captures, otherwise} = scope.conditionCaptures;
  if (!otherwise) return plain(captures[index] ?? '');
  const numbered = alternative === 'capture-numbers' ? otherwise : captures;
  return {...plain(numbered[index] ?? ''), touched: new Set<Reading>(['capture-numbers'])};
};

const spaced = (argument: Evaluated, alternative: Reading | undefined): Evaluated => {
  if (argument.text === argument.text.trimStart()) return argument;
  const text = alternative === 'trimmed-argument' ? argument.text.trimStart() : argument.text;
  return {...argument, text, touched: new Set<Reading>([...argument.touched, 'trimmed-argument'])};
};

const evaluated = (
  parts: readonly TemplatePart[],
  where: {scope: TemplateScope; alternative: Reading | undefined},
): Evaluated =>
  joined(
    parts.map((part): Evaluated => {
      switch (part.kind) {
        case 'text':
          return plain(part.text);
        case 'variable':
          return where.scope.variable(part.name, where.alternative);
        case 'capture':
          return captured(part, where);
        default:
          return called(part.name, spaced(evaluated(part.argument, where), where.alternative), where);
      }
    }),
  );

/** The text with every reference replaced, under the reading taken or, for comparison, under another one. */
export const evaluateTemplate = (template: Template, scope: TemplateScope, alternative?: Reading): Evaluated =>
  evaluated(template.parts, {scope, alternative});
