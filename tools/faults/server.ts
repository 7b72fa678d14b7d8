import {createHash} from 'node:crypto';
import {chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {readDescription} from '../../src/server/sandbox/description.ts';
import {advanceClock, readRuntime} from '../../src/server/sandbox/runtime.ts';

/*
 * The server on which everything goes wrong, and the eye of the suite: it compares the disk and the state of services and
 * pools, and never looks into a journal.
 */

const root = join(import.meta.dirname, '../..');

/** Twelve steps of all three kinds. The last services are few that nothing depends on. */
const mitigation = `id: FAULTS
description: Everything that stopgap can do, on one server.
actions:
${[
  'Default Web Site',
  'Default Web Site/ecp',
  'Default Web Site/EWS',
  'Default Web Site/OAB',
  'Default Web Site/Autodiscover',
]
  .map(
    (target, index) => `  - type: UrlRewrite
    scope: ${index === 0 ? 'Site' : 'VDir'}
    target: ${target}
    description: A rule.
    value: |
      <rewrite><rules><rule name="stopgap FAULTS.${index} rule" stopProcessing="true"><match url="^never-${index}$" /><action type="AbortRequest" /></rule></rules></rewrite>`,
  )
  .join('\n')}
  - type: UrlRewrite
    scope: VDir
    target: Default Web Site/owa
    description: A rule in a location of applicationHost.config.
    value: |
      <rewrite><outboundRules><rule name="stopgap FAULTS.owa outbound" patternSyntax="ECMAScript" stopProcessing="false"><match serverVariable="RESPONSE_X_Faults" pattern="(.*)" /><action type="Rewrite" value="{R:1} seen" /></rule></outboundRules></rewrite>
${['BITS', 'MSExchangeThrottling', 'MSExchangeDagMgmt']
  .map(
    (service) => `  - type: Service
    description: A service.
    service: ${service}`,
  )
  .join('\n')}
${['MSExchangeECPAppPool', 'MSExchangeOABAppPool']
  .map(
    (pool) => `  - type: AppPool
    description: A pool that the monitoring would start again.
    pool: ${pool}
    monitoring: {services: [MSExchangeHMRecovery, MSExchangeHM], workers: [MSExchangeHMWorker.exe]}`,
  )
  .join('\n')}
`;

const pools = ['MSExchangeECPAppPool', 'MSExchangeOABAppPool'];

/** autoStart is spelled out, because appcmd cannot take an attribute away: what was absent would come back as `true`. */
const spellAutoStart = (dir: string): void => {
  const file = join(dir, 'C/Windows/System32/inetsrv/config/applicationHost.config');
  const text = pools.reduce(
    (current, pool) => current.replace(`<add name="${pool}"`, `<add name="${pool}" autoStart="true"`),
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, text);
};

export interface Template {
  readonly dir: string;
  readonly mitigationFile: string;
}

export const makeTemplate = async (folder: string): Promise<Template> => {
  const from = join(folder, 'from');
  mkdirSync(from, {recursive: true});
  cpSync(join(root, 'fixtures/iis/servers/exchange2019-cu12'), from, {recursive: true});
  spellAutoStart(from);
  const dir = join(folder, 'template');
  await createSandbox(dir, {from});
  const mitigationFile = join(folder, 'FAULTS.yaml');
  writeFileSync(mitigationFile, mitigation);
  return {dir, mitigationFile};
};

export const copyServer = (from: string, to: string): void => {
  cpSync(from, to, {recursive: true});
  // A copied folder is open to others, and stopgap refuses a state folder that is.
  if (existsSync(stateDirOf(to))) chmodSync(stateDirOf(to), 0o700);
};

/** What the journal says of each run of the suite. */
export const asFaults = {kind: 'apply', by: 'faults', host: 'FAULTS', reason: 'fault suite', now: true} as const;

export const stateDirOf = (dir: string): string => join(dir, '.stopgap', 'state');

const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

export type Picture = Readonly<Record<string, string>>;

const hourMs = 3_600_000;

/** Disk, services and pools, once everything that is on its way has arrived. */
export const pictureOf = (dir: string): Picture => {
  advanceClock(dir, new Date(), hourMs);
  const disk = join(dir, 'C');
  const files = readdirSync(disk, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const runtime = readRuntime(dir, new Date());
  const known = new Set(readDescription(dir).services.map(({name}) => name));
  return Object.fromEntries(
    [
      ...files.map((file) => [relative(disk, file), hash(file)] as const),
      ...Object.entries(runtime.services)
        .filter(([name]) => known.has(name))
        .map(([name, {state, startType}]) => [`service ${name}`, `${state} ${startType}`] as const),
      ...Object.entries(runtime.appPools).map(([name, {state}]) => [`pool ${name}`, state] as const),
    ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** Names of what differs, `pool X: Started, not Stopped`. */
export const differences = (seen: Picture, wanted: Picture): readonly string[] =>
  [...new Set([...Object.keys(seen), ...Object.keys(wanted)])].flatMap((key) =>
    seen[key] === wanted[key] ? [] : [`${key}: ${seen[key] ?? 'absent'}, not ${wanted[key] ?? 'absent'}`],
  );

export const journalOf = (dir: string, run = 'r1'): string => join(stateDirOf(dir), 'runs', run, 'journal.jsonl');

export const hasJournal = (dir: string): boolean => existsSync(journalOf(dir));
