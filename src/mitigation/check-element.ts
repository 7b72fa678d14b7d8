import {type ElementSpec, specAttribute} from '../iis/element-spec.ts';
import {unreachable} from '../kit/unreachable.ts';
import type {AttributeRule, ChildRule, ElementRule} from './rewrite-grammar.ts';

/** What does not fit the grammar, and where: child numbers from the payload's root, and the attribute if it is one. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
  readonly path: readonly number[];
  readonly attribute: string | undefined;

  constructor(reason: string, path: readonly number[], attribute?: string) {
    super(reason);
    this.path = path;
    this.attribute = attribute;
  }
}

const quoted = (values: readonly string[]): string => values.map((value) => `"${value}"`).join(', ');

const numberFault = (value: string, {min, max, except}: AttributeRule & {type: 'number'}): string | undefined => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) return `must be a whole number from ${min} to ${max}`;
  return except && number >= except[0] && number <= except[1]
    ? `must not be a number from ${except[0]} to ${except[1]}`
    : undefined;
};

/** The second half of a sentence that begins with the attribute; `undefined`: nothing is wrong. */
const valueFault = (value: string, rule: AttributeRule): string | undefined => {
  switch (rule.type) {
    case 'text':
      if (rule.nonEmpty && value === '') return 'must not be empty';
      return rule.trimmed && value !== value.trim() ? 'must not begin or end with a blank' : undefined;
    case 'bool':
      return value === 'true' || value === 'false' ? undefined : 'must be "true" or "false"';
    case 'enum':
      return rule.values.includes(value) ? undefined : `must be one of ${quoted(rule.values)}`;
    case 'flags':
      return value.split(',').every((flag) => rule.values.includes(flag.trim()))
        ? undefined
        : `must be a comma list of ${quoted(rule.values)}`;
    case 'number':
      return numberFault(value, rule);
    default:
      return unreachable(rule);
  }
};

const ruleOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const checkAttributes = (spec: ElementSpec, rule: ElementRule, path: readonly number[]): void => {
  for (const [name, value] of spec.attributes) {
    const known = ruleOf(rule.attributes, name);
    if (!known)
      throw new PayloadError(`<${spec.name}> has no attribute "${name}" that a mitigation may set`, path, name);
    const fault = valueFault(value, known);
    if (fault) throw new PayloadError(`the attribute ${name} of <${spec.name}> ${fault}`, path, name);
  }
  for (const [name, {required}] of Object.entries(rule.attributes)) {
    if (required && specAttribute(spec, name) === undefined) {
      throw new PayloadError(`<${spec.name}> needs the attribute ${name}`, path);
    }
  }
};

const keyOf = (spec: ElementSpec, {element, key = [], keyIsCaseSensitive}: ChildRule): string => {
  const values = key.map((name) => specAttribute(spec, name) ?? element.attributes[name]?.default ?? '');
  const joined = JSON.stringify([spec.name, ...values]);
  return keyIsCaseSensitive ? joined : joined.toLowerCase();
};

const checkChildren = (spec: ElementSpec, rule: ElementRule, path: readonly number[]): void => {
  const seen = new Set<string>();
  for (const [index, child] of spec.children.entries()) {
    const at = [...path, index];
    const known = ruleOf(rule.children, child.name);
    if (!known) throw new PayloadError(`<${child.name}> is nothing that a mitigation may put into <${spec.name}>`, at);
    const key = known.times === 'any' ? keyOf(child, known) : child.name;
    if (seen.has(key))
      throw new PayloadError(`<${child.name}> stands twice in <${spec.name}>; IIS would refuse it`, at);
    seen.add(key);
    checkElement(child, known.element, at);
  }
  for (const [name, {times}] of Object.entries(rule.children)) {
    if (times === 'once' && !seen.has(name)) throw new PayloadError(`<${spec.name}> needs <${name}>`, path);
  }
};

/** @throws PayloadError at the first thing that the grammar does not know. */
export const checkElement = (spec: ElementSpec, rule: ElementRule, path: readonly number[] = []): void => {
  checkAttributes(spec, rule, path);
  checkChildren(spec, rule, path);
};
