import {parse} from 'yaml';
import {agentDefaults} from './agent.ts';
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

const minutes = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 60_000}m`);

const defaults: Values = new Map([
  ['mitigationsEnabled', 'true'],
  ['mitigationsBlocked', '[]'],
  ['windows', '[]'],
  ['freeze', '[]'],
  ['approvals', '0'],
  ['autoApproved', '[]'],
  ['requireReason', 'false'],
  ['urgent', '[]'],
  ['agent.mode', agentDefaults.mode],
  ['agent.feed', "Microsoft's"],
  ['agent.firstCheck', minutes(agentDefaults.firstCheck)],
  ['agent.every', minutes(agentDefaults.every)],
  ['agent.jitter', minutes(agentDefaults.jitter)],
  ['agent.settle', minutes(agentDefaults.settle)],
  ['agent.confirmWithin', minutes(agentDefaults.confirmWithin)],
]);

/** Of these both words count; see effective.ts. */
const adding: ReadonlySet<string> = new Set([
  'mitigationsEnabled',
  'mitigationsBlocked',
  'freeze',
  'approvals',
  'autoApproved',
  'requireReason',
]);

/** Every setting that somebody wrote or that has a default. */
export const settingRows = ({server, organization}: WrittenTexts): readonly SettingRow[] => {
  const [own, above] = [written(server), written(organization)];
  const keys = new Set([...defaults.keys(), ...above.keys(), ...own.keys()]);
  keys.delete('$schema');
  return [...keys].map((key): SettingRow => {
    const [mine, theirs] = [own.get(key), above.get(key)];
    if (mine !== undefined && theirs !== undefined && adding.has(key)) {
      return {key, value: `${mine} (server), ${theirs} (organization)`, from: 'both'};
    }
    if (mine !== undefined) return {key, value: mine, from: 'server'};
    if (theirs !== undefined) return {key, value: theirs, from: 'organization'};
    return {key, value: defaults.get(key) ?? '', from: 'default'};
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
