import {attributeValue, childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {matchPattern} from './pattern.ts';
import {expand, type Scope} from './variables.ts';

export const flagOf = (element: XmlElement | undefined, name: string, otherwise: boolean): boolean => {
  const value = element && attributeValue(element, name);
  return value === undefined ? otherwise : value.toLowerCase() === 'true';
};

export const textOf = (element: XmlElement | undefined, name: string, otherwise = ''): string =>
  (element && attributeValue(element, name)) ?? otherwise;

/** Whether a physical path is a file or a folder. */
export interface Files {
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
}

interface Tested {
  readonly holds: boolean;
  readonly captures: readonly string[] | undefined;
}

const test = (condition: XmlElement, syntax: string, scope: Scope, files: Files): Tested => {
  const input = expand(textOf(condition, 'input'), scope);
  const negate = flagOf(condition, 'negate', false);
  const type = textOf(condition, 'matchType', 'Pattern');
  if (type === 'IsFile') return {holds: files.isFile(input) !== negate, captures: undefined};
  if (type === 'IsDirectory') return {holds: files.isFolder(input) !== negate, captures: undefined};
  const ignoreCase = flagOf(condition, 'ignoreCase', true);
  const captures = matchPattern(textOf(condition, 'pattern'), input, {syntax, ignoreCase});
  // A negated condition matched by not matching: there is nothing to refer back to.
  return {holds: (captures !== undefined) !== negate, captures: negate ? undefined : captures};
};

export interface ConditionOptions {
  readonly syntax: string;
  readonly trackAllByDefault: boolean;
  readonly files: Files;
}

/** Captures `{C:n}` when the conditions hold, in order and no further than needed; `undefined` when they do not. */
export const testConditions = (
  conditions: XmlElement | undefined,
  scope: Scope,
  {syntax, trackAllByDefault, files}: ConditionOptions,
): readonly string[] | undefined => {
  const all = conditions ? childrenNamed(conditions, 'add') : [];
  if (all.length === 0) return scope.captured;
  const any = textOf(conditions, 'logicalGrouping', 'MatchAll') === 'MatchAny';
  const trackAll = flagOf(conditions, 'trackAllCaptures', trackAllByDefault);
  let captured = scope.captured;
  for (const condition of all) {
    const {holds, captures} = test(condition, syntax, {...scope, captured}, files);
    if (holds && captures) captured = trackAll ? [...captured, ...captures] : captures;
    if (holds && any) return captured;
    if (!(holds || any)) return undefined;
  }
  return any ? undefined : captured;
};
