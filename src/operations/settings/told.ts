import type {Level, Settings, WrittenSettings} from './effective.ts';

/** What counts for one key, and who says so. */
export interface SettingRow {
  readonly key: string;
  readonly value: string;
  readonly from: Level | 'both' | 'default';
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** 5400000 → `90m`, as it is written in the file. */
const lengthText = (ms: number): string => {
  const [name, unit] = units.find(([, each]) => ms !== 0 && ms % each === 0) ?? ['s', 1000];
  return `${ms / unit}${name}`;
};

const has = (written: object, [first = '', ...rest]: readonly string[]): boolean => {
  const value: unknown = new Map(Object.entries(written)).get(first);
  if (value === undefined) return false;
  return rest.length === 0 || (typeof value === 'object' && value !== null && has(value, rest));
};

/** The switches and lists of both levels, with whose each part is; of all else the value. */
const special = (settings: Settings): Readonly<Record<string, string>> => {
  const {organization, server} = settings.mitigationsEnabled;
  const blocked = settings.mitigationsBlocked.map(({id, by}) => `${id} (${by})`);
  return {
    mitigationsEnabled: `${organization && server} (organization ${organization}, server ${server})`,
    mitigationsBlocked: blocked.length === 0 ? '[]' : blocked.join(', '),
  };
};

const policyKeys = [
  'windows',
  'freeze',
  'approvals',
  'autoApproved',
  'requireReason',
  'urgent',
  'proxy',
  'notification',
  'diagnostics',
] as const;

/** Numbers of `agent` are lengths of time. */
const valueText = (value: unknown): string => {
  if (value === undefined) return '';
  return typeof value === 'number' ? lengthText(value) : JSON.stringify(value);
};

/** Everything that counts on a server, in the order of the file. */
export const settingRows = (settings: Settings, {server, organization}: WrittenSettings): readonly SettingRow[] => {
  const from = (key: string): SettingRow['from'] => {
    const path = key.split('.');
    const [own, theirs] = [has(server, path), has(organization, path)];
    if (own && theirs) return 'both';
    return own ? 'server' : theirs ? 'organization' : 'default';
  };
  const texts: readonly (readonly [string, string])[] = [
    ...Object.entries(special(settings)),
    ...policyKeys.map((key) => [key, settings[key] === undefined ? '' : JSON.stringify(settings[key])] as const),
    ...Object.entries(settings.agent).map(([key, value]) => [`agent.${key}`, valueText(value)] as const),
  ];
  return texts.map(([key, value]) => ({key, value, from: from(key)}));
};
