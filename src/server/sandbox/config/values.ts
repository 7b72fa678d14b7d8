import type {AttributeSchema} from './schema-model.ts';

/** The value as IIS writes it, or the reason why it is none. */
export type Checked = {readonly ok: true; readonly value: string} | {readonly ok: false; readonly reason: string};

const good = (value: string): Checked => ({ok: true, value});
const bad = (reason: string): Checked => ({ok: false, reason});

const spelled = (names: readonly string[], value: string): string | undefined =>
  names.find((name) => name.toLowerCase() === value.trim().toLowerCase());

const secondsOf = (value: string): number | undefined => {
  const match = /^(?:(\d+)\.)?(\d+):([0-5]?\d):([0-5]?\d)$/.exec(value);
  if (!match) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
};

const outside = (schema: AttributeSchema, value: number): boolean => {
  const {range} = schema;
  if (!range) return false;
  const within = value >= range.from && value <= range.to;
  return range.exclude ? within : !within;
};

const checkText = (schema: AttributeSchema, value: string): Checked => {
  if (schema.nonEmpty && value === '') return bad('String must not be empty');
  if (schema.trimmed && value !== value.trim()) return bad('String must not begin or end with white space');
  const forbidden = schema.forbidden ?? '';
  if ([...value].some((char) => forbidden.includes(char))) return bad('Invalid name');
  return good(value);
};

const checkFlags = (names: readonly string[], value: string): Checked => {
  const parts = value.split(/[,|]/).filter((part) => part.trim() !== '');
  const known = parts.map((part) => spelled(names, part));
  const written = known.filter((name) => name !== undefined);
  return written.length === parts.length
    ? good(written.join(', '))
    : bad(`Flags must be some combination of ${names.join(', ')}`);
};

const checkNumber = (schema: AttributeSchema, value: string): Checked => {
  const pattern = schema.type === 'uint' ? /^\d+$/ : /^-?\d+$/;
  if (!pattern.test(value)) return bad(schema.type === 'uint' ? 'Not a valid unsigned integer' : 'Not a valid integer');
  if (!outside(schema, Number(value))) return good(value);
  const {from, to, exclude} = schema.range ?? {from: 0, to: 0};
  return bad(`Integer value must ${exclude ? 'not ' : ''}be between ${from} and ${to} inclusive`);
};

export const checkValue = (schema: AttributeSchema, value: string): Checked => {
  switch (schema.type) {
    case 'string':
      return checkText(schema, value);
    case 'bool': {
      const known = spelled(['true', 'false'], value);
      return known === undefined ? bad('Boolean must be true or false') : good(known);
    }
    case 'enum': {
      const names = schema.values ?? [];
      const known = spelled(names, value);
      return known === undefined ? bad(`Enum must be one of ${names.join(', ')}`) : good(known);
    }
    case 'flags':
      return checkFlags(schema.values ?? [], value);
    case 'timeSpan': {
      const seconds = secondsOf(value);
      if (seconds === undefined) return bad('Not a valid time span');
      return outside(schema, seconds) ? bad('Timespan value is out of range') : good(value);
    }
    default:
      return checkNumber(schema, value);
  }
};

/** Whether two values of an attribute mean the same, as keys are compared. */
export const sameValue = (schema: AttributeSchema | undefined, one: string, other: string): boolean =>
  schema?.caseSensitive ? one === other : one.toLowerCase() === other.toLowerCase();
