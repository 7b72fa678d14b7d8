import {unreachable} from '../../kit/unreachable.ts';
import type {AttributeSchema} from './model.ts';

export interface ValueFault {
  /** A sentence without subject. */
  readonly reason: string;
  /** False where it is not known whether IIS refuses it: another letter case, a number in place of a name. */
  readonly certain: boolean;
}

const namedValueFault = (values: readonly string[], value: string): ValueFault | undefined => {
  if (values.includes(value)) return undefined;
  const near = values.some((known) => known.toLowerCase() === value.toLowerCase()) || /^\d+$/.test(value);
  return {reason: `is "${value}", but must be one of ${values.join(', ')}`, certain: !near};
};

const integerFault = (schema: AttributeSchema & {type: 'integer'}, value: string): ValueFault | undefined => {
  const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= schema.min && number <= schema.max)) {
    return {reason: `is "${value}", but must be an integer between ${schema.min} and ${schema.max}`, certain: true};
  }
  const {except} = schema;
  if (except && number >= except[0] && number <= except[1]) {
    return {reason: `is ${value}, but must not be between ${except[0]} and ${except[1]}`, certain: true};
  }
  return undefined;
};

/** `29:00:00` or `1.05:00:00` in seconds. */
const secondsOf = (value: string): number => {
  const match = /^(?:(\d+)\.)?(\d+):([0-5]?\d):([0-5]?\d)$/.exec(value);
  if (!match) return Number.NaN;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
};

const timeFault = ({min, max, step}: AttributeSchema & {type: 'time-span'}, value: string): ValueFault | undefined => {
  const seconds = secondsOf(value);
  if (seconds >= min && seconds <= max && seconds % step === 0) return undefined;
  const reason = `is "${value}", but must be a time span between ${min} and ${max} seconds with a granularity of ${step}`;
  // Spans without an end have a spelling of their own in some versions.
  return {reason, certain: value !== 'Infinite'};
};

const textFault = (
  {check, forbidden = ''}: AttributeSchema & {type: 'string'},
  value: string,
): ValueFault | undefined => {
  if (check === 'non-empty' && value === '') return {reason: 'must not be empty', certain: true};
  if (check === 'trimmed' && value !== value.trim()) {
    return {reason: 'must not begin or end with white space', certain: true};
  }
  const bad = [...value].find((character) => forbidden.includes(character));
  return bad === undefined ? undefined : {reason: `is "${value}", but must not hold "${bad}"`, certain: true};
};

/** Why IIS would refuse the value of an attribute; `undefined`: it does not. */
export const valueFault = (schema: AttributeSchema, value: string): ValueFault | undefined => {
  switch (schema.type) {
    case 'string':
      return textFault(schema, value);
    case 'bool':
      if (/^(?:true|false)$/i.test(value)) return undefined;
      return {reason: `is "${value}", but must be true or false`, certain: !/^[01]$/.test(value)};
    case 'enum':
      return namedValueFault(schema.values, value);
    case 'flags':
      return value
        .split(',')
        .map((flag) => namedValueFault(schema.values, flag.trim()))
        .find((fault) => fault !== undefined);
    case 'integer':
      return integerFault(schema, value);
    case 'time-span':
      return timeFault(schema, value);
    default:
      return unreachable(schema);
  }
};
