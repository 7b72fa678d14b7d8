import {escapeAttribute} from '../../../iis/text/escape-xml.ts';
import type {AppcmdCommand} from './command.ts';

/** One object of a list. */
export interface Listed {
  /** `APPPOOL` */
  readonly object: string;
  readonly name: string;
  /** Shown in brackets behind the name, in this order. */
  readonly summary: readonly (readonly [name: string, value: string])[];
  /** Attributes of the `/xml` form, in this order. */
  readonly xml: readonly (readonly [name: string, value: string])[];
  /** Every property that a filter or `/text:<attribute>` may name. */
  readonly properties: ReadonlyMap<string, string>;
  /** Its configuration as text, for `/config` and `/text:*`. */
  readonly config: () => ConfigNode;
}

export interface ConfigNode {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly ConfigNode[];
}

const newLine = '\r\n';

export const renderXml = (node: ConfigNode, indent: string, step: string): string => {
  const attributes = node.attributes.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('');
  if (node.children.length === 0) return `${indent}<${node.name}${attributes} />${newLine}`;
  const children = node.children.map((child) => renderXml(child, indent + step, step)).join('');
  return `${indent}<${node.name}${attributes}>${newLine}${children}${indent}</${node.name}>${newLine}`;
};

const summaryLine = ({object, name, summary}: Listed): string => {
  const inside = summary.map(([key, value]) => `${key}:${value}`).join(',');
  return `${object} "${name}"${inside === '' ? '' : ` (${inside})`}${newLine}`;
};

const allProperties = (listed: Listed): string => {
  const lines = [listed.object, ...[...listed.properties].map(([name, value]) => `  ${name}: ${value}`)];
  const nested = (node: ConfigNode, indent: string): readonly string[] => [
    `${indent}[${node.name}]`,
    ...node.attributes.map(([name, value]) => `${indent}  ${name}:"${value}"`),
    ...node.children.flatMap((child) => nested(child, `${indent}  `)),
  ];
  const config = listed.config().children.flatMap((child) => nested(child, '  '));
  return [...lines, ...config].join(newLine) + newLine;
};

const property = ({properties}: Listed, name: string): string => {
  const found = [...properties].find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1] ?? '';
};

const xmlForm = (items: readonly Listed[], withConfig: boolean): string => {
  const body = items
    .map(({object, xml, config}) =>
      renderXml({name: object, attributes: xml, children: withConfig ? [config()] : []}, '    ', '    '),
    )
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>${newLine}<appcmd>${newLine}${body}</appcmd>${newLine}`;
};

/** The list in the form that the general parameters ask for. */
export const renderList = ({options}: AppcmdCommand, items: readonly Listed[]): string => {
  const text = options.get('text');
  if (options.has('xml')) return xmlForm(items, options.has('config'));
  if (options.has('config')) return items.map(({config}) => renderXml(config(), '', '  ')).join('');
  if (text === '*') return items.map(allProperties).join(newLine);
  if (text !== undefined && text !== '') return items.map((item) => `${property(item, text)}${newLine}`).join('');
  return items.map(summaryLine).join('');
};

/** `/state:Started`, `/id:$>300`: all filters must hold. */
export const passesFilters = (item: Listed, filters: readonly (readonly [name: string, value: string])[]): boolean =>
  filters.every(([name, wanted]) => {
    const value = property(item, name);
    const compared = /^\$([=<>])(.*)$/.exec(wanted);
    if (!compared) return value.toLowerCase() === wanted.toLowerCase();
    const [, operator, operand = ''] = compared;
    const difference = Number(value) - Number(operand);
    return operator === '<' ? difference < 0 : operator === '>' ? difference > 0 : value === operand;
  });
