import {parse} from 'yaml';
import {defaultValues} from './default-values.ts';
import {disabledBy, type Settings} from './effective.ts';

/** One setting as it counts, and whose word it is. */
export interface SettingRow {
  readonly key: string;
  readonly value: string;
  readonly from: 'server' | 'organization' | 'both' | 'default';
}

/** What the two files say, in their own words: a length of time is told as it was written. */
export interface WrittenTexts {
  readonly server: string;
  readonly organization: string;
}

type Values = ReadonlyMap<string, string>;

const leaves = (value: unknown, path: readonly string[] = []): readonly (readonly [string, string])[] => {
  // Lists, and what people wrote as one thing, are shown as one thing.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
};

const written = (text: string): Values => {
  const value: unknown = parse(text);
  return new Map(typeof value === 'object' && value !== null ? leaves(value) : []);
};

/** Of these both words count; see effective.ts. */
const adding: ReadonlySet<string> = new Set([
  'mitigationsEnabled',
  'mitigationsBlocked',
  'freeze',
  'approvals',
  'autoApproved',
  'requireReason',
]);

/** Every key that there is; one of a map or of a secret as it was written, in the place of the whole. */
const keysOf = (wrote: ReadonlySet<string>): readonly string[] =>
  [...defaultValues.keys()].flatMap((key) => {
    const below = [...wrote].filter((one) => one.startsWith(`${key}.`));
    return below.length > 0 ? below : [key];
  });

/** Every setting, whether somebody wrote it or not. */
export const settingRows = ({server, organization}: WrittenTexts): readonly SettingRow[] => {
  const [own, above] = [written(server), written(organization)];
  return keysOf(new Set([...above.keys(), ...own.keys()])).map((key): SettingRow => {
    const [mine, theirs] = [own.get(key), above.get(key)];
    if (mine !== undefined && theirs !== undefined && adding.has(key)) {
      return {key, value: `${mine} (server), ${theirs} (organization)`, from: 'both'};
    }
    if (mine !== undefined) return {key, value: mine, from: 'server'};
    if (theirs !== undefined) return {key, value: theirs, from: 'organization'};
    return {key, value: defaultValues.get(key) ?? '', from: 'default'};
  });
};

/** What the switches mean for the agent, in one sentence. */
export const meaningOf = (settings: Settings): string => {
  const disabled = disabledBy(settings);
  if (disabled) {
    const who = disabled === 'organization' ? 'the organization' : 'this server';
    return `MitigationsEnabled is false for ${who}: the agent checks and reports, and applies nothing on its own; a person's apply still works.`;
  }
  return {
    observe: 'The agent plans and reports, and applies nothing on its own.',
    window: 'The agent applies what signed feeds in the dialect of stopgap bring, inside of change windows.',
    auto: 'The agent applies what signed feeds in the dialect of stopgap bring, at once.',
  }[settings.agent.mode];
};
