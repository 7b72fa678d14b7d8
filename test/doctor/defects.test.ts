import {readFileSync, writeFileSync} from 'node:fs';
import {chmod, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {emptyMemory, writeMemory} from '../../src/operations/agent/memory.ts';
import type {ServerJson} from '../../src/server/server-json.ts';
import {type Case, checkOf, makeCase} from './surgery.ts';

interface Defect {
  readonly check: string;
  readonly verdict: 'bad' | 'warn' | 'not-applicable';
  readonly evidence: RegExp;
  /** What is to be done, as a person reads it: sentence and command. */
  readonly remedy?: RegExp;
  readonly describe?: (json: ServerJson) => ServerJson;
  /** Programs of another kind have to be started. */
  readonly processes?: true;
  readonly damage?: (server: Case) => Promise<void> | void;
}

const configFolder = 'C/Windows/System32/inetsrv/config';
const edit = ({dir}: Case, file: string, change: (text: string) => string): void =>
  writeFileSync(join(dir, file), change(readFileSync(join(dir, file), 'utf8')));

const service =
  (name: string, changes: Partial<ServerJson['services'][number]>) =>
  (json: ServerJson): ServerJson => ({
    ...json,
    services: json.services.map((one) => (one.name === name ? {...one, ...changes} : one)),
  });

const exchange =
  (changes: Partial<NonNullable<ServerJson['exchange']>>) =>
  (json: ServerJson): ServerJson => ({...json, exchange: json.exchange && {...json.exchange, ...changes}});

const inState = async ({stateDir}: Case, file: string, text: string): Promise<void> => {
  await mkdir(stateDir, {recursive: true, mode: 0o700});
  await writeFile(join(stateDir, file), text, {mode: 0o600});
};

const further = `<site name="Old webmail" id="77"><application path="/" applicationPool="DefaultAppPool"><virtualDirectory path="/" physicalPath="C:\\inetpub\\old" /></application><application path="/owa" applicationPool="DefaultAppPool"><virtualDirectory path="/" physicalPath="C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa" /></application><bindings><binding protocol="http" bindingInformation="*:81:" /></bindings></site>`;

const told = (server: {mitigationsEnabled: boolean}) => ({
  organization: {mitigationsEnabled: true},
  server: {
    ...server,
    mitigationsBlocked: [],
    mitigationsApplied: [],
    internetWebProxy: null,
    dataCollectionEnabled: null,
  },
});

const defects: Readonly<Record<string, Defect>> = {
  'no elevation': {
    ...{
      check: 'elevation',
      verdict: 'bad',
      evidence: /does not run as an administrator/,
      remedy: /Run as administrator/,
    },
    describe: (json) => ({...json, elevated: false}),
  },
  'appcmd.exe is gone': {
    ...{check: 'appcmd', verdict: 'bad', evidence: /appcmd\.exe does not answer/, remedy: /part of IIS/},
    describe: (json) => ({...json, tools: {appcmd: ['/nowhere/appcmd.exe']}}),
    processes: true,
  },
  'sc.exe is gone': {
    ...{check: 'web-server', verdict: 'bad', evidence: /sc\.exe does not answer/, remedy: /part of Windows/},
    describe: (json) => ({...json, tools: {sc: ['/nowhere/sc.exe']}}),
    processes: true,
  },
  'IIS is stopped': {
    ...{check: 'web-server', verdict: 'bad', evidence: /W3SVC is STOPPED/, remedy: /sc start W3SVC/},
    describe: service('W3SVC', {state: 'STOPPED'}),
  },
  'URL Rewrite is missing': {
    ...{check: 'url-rewrite', verdict: 'bad', evidence: /not installed/, remedy: /Install URL Rewrite 2\.1/},
    describe: (json) => ({...json, urlRewrite: null}),
  },
  'URL Rewrite 2.0': {
    ...{check: 'url-rewrite', verdict: 'bad', evidence: /7\.1\.871\.0, older/, remedy: /7\.2\.1993/},
    describe: (json) => ({...json, urlRewrite: '7.1.871.0'}),
  },
  'shared configuration': {
    ...{
      check: 'iis-configuration',
      verdict: 'bad',
      evidence: /from a share.*IIS\.SHARED_CONFIGURATION/,
      remedy: /Switch shared/,
    },
    damage: (server) =>
      edit(server, `${configFolder}/redirection.config`, (text) =>
        text.replace(
          /<configurationRedirection[^>]*>/,
          '<configurationRedirection enabled="true" path="\\\\nas\\iis" />',
        ),
      ),
  },
  'a torn applicationHost.config': {
    ...{
      check: 'iis-configuration',
      verdict: 'bad',
      evidence: /applicationHost\.config:\d+\) \[IIS\.MALFORMED\]/,
      remedy: /./,
    },
    damage: (server) => edit(server, `${configFolder}/applicationHost.config`, (text) => text.slice(0, 9000)),
  },
  'an application that IIS refuses': {
    ...{check: 'applications', verdict: 'bad', evidence: /500\.19/, remedy: /stopgap status --rules/},
    damage: (server) =>
      edit(server, 'C/inetpub/wwwroot/web.config', (text) =>
        text.replace(
          '</configuration>',
          '<system.webServer><rewrite><rules><rule name="a"><match url="x" /><action type="None" /></rule><rule name="a"><match url="x" /><action type="None" /></rule></rules></rewrite></system.webServer></configuration>',
        ),
      ),
  },
  'an Edge server': {
    ...{check: 'exchange-role', verdict: 'not-applicable', evidence: /Edge Transport/},
    describe: exchange({role: 'edge'}),
  },
  'management tools only': {
    ...{check: 'exchange-role', verdict: 'not-applicable', evidence: /management tools only/},
    describe: exchange({role: 'management-tools'}),
  },
  'SE before June 2026': {
    ...{
      check: 'exchange-build',
      verdict: 'warn',
      evidence: /cannot use a feed of July 2026 or later/,
      remedy: /newest security update/,
    },
    describe: exchange({build: '15.2.2562.41'}),
  },
  'Exchange setup runs': {
    ...{check: 'setup', verdict: 'bad', evidence: /ExSetup\.exe runs \[SETUP\.RUNNING\]/, remedy: /Let the setup/},
    describe: (json) => ({...json, setupBlockers: [{code: 'SETUP.RUNNING', evidence: 'ExSetup.exe runs'}]}),
  },
  'maintenance mode': {
    ...{check: 'setup', verdict: 'warn', evidence: /ServerWideOffline is Inactive/, remedy: /out of maintenance/},
    describe: (json) => ({...json, maintenanceMode: 'ServerWideOffline is Inactive'}),
  },
  'OWA on a further site': {
    ...{
      check: 'further-sites',
      verdict: 'warn',
      evidence: /Old webmail\/owa serves .*HttpProxy\\owa/i,
      remedy: /IIS\.FURTHER_SITE/,
    },
    damage: (server) =>
      edit(server, `${configFolder}/applicationHost.config`, (text) =>
        text.replace('<siteDefaults>', `${further}<siteDefaults>`),
      ),
  },
  'two writers': {
    ...{
      check: 'em-service',
      verdict: 'warn',
      evidence: /two writers.*MitigationsEnabled is not false/,
      remedy: /Set-ExchangeServer .* -MitigationsBlocked/,
    },
    describe: (json) => ({...json, exchangeSettings: told({mitigationsEnabled: true})}),
  },
  'the EM service is silenced': {
    ...{
      check: 'em-service',
      verdict: 'warn',
      evidence: /false for this server.*wait for you/,
      remedy: /stopgap status/,
    },
    describe: (json) => ({...json, exchangeSettings: told({mitigationsEnabled: false})}),
  },
  'settings with a slip': {
    ...{
      check: 'settings',
      verdict: 'bad',
      evidence: /settings\.yaml:1\) \[SETTINGS\.INVALID\]/,
      remedy: /settings validate/,
    },
    damage: (server) => inState(server, 'settings.yaml', 'agent: {mode: fast}\n'),
  },
  "the organisation's settings are away": {
    ...{check: 'settings', verdict: 'bad', evidence: /cannot be had and never was/, remedy: /settings validate/},
    damage: (server) => inState(server, 'settings.yaml', 'organization: {file: /nowhere/org.yaml}\n'),
  },
  'a state folder that others can read': {
    ...{check: 'state-folder', verdict: 'bad', evidence: /open to its group and everybody/, remedy: /chmod 700/},
    damage: async (server) => {
      await inState(server, 'settings.yaml', '');
      await chmod(server.stateDir, 0o755);
    },
  },
  'settings in the state folder that others can write': {
    ...{check: 'state-folder', verdict: 'bad', evidence: /settings\.yaml can be changed by everybody/},
    remedy: /chmod -R go-w/,
    damage: async (server) => {
      await inState(server, 'settings.yaml', '');
      await chmod(join(server.stateDir, 'settings.yaml'), 0o666);
      await chmod(server.stateDir, 0o700);
    },
  },
  'a damaged journal': {
    ...{check: 'runs', verdict: 'bad', evidence: /journals cannot be used/},
    damage: async (server) => {
      await mkdir(join(server.stateDir, 'runs', 'r1'), {recursive: true, mode: 0o700});
      await inState(server, 'runs/r1/journal.jsonl', 'no journal\n');
      await chmod(server.stateDir, 0o700);
    },
  },
  'an agent that does not answer': {
    ...{
      check: 'agent',
      verdict: 'bad',
      evidence: /does not answer: its last check was at 2026-01-01/,
      remedy: /agent start/,
    },
    damage: async (server) => {
      await inState(server, 'settings.yaml', '');
      const [startedAt, lastCheck, nextCheck] = [0, 1, 2].map((hour) => `2026-01-01T0${hour}:00:00.000Z`);
      if (!startedAt || !lastCheck || !nextCheck) return;
      await writeMemory(server.stateDir, {...emptyMemory, running: {startedAt}, lastCheck, nextCheck});
    },
  },
  'an agent that was stopped': {
    ...{check: 'agent', verdict: 'warn', evidence: /no agent runs/, remedy: /agent start/},
    damage: async (server) => {
      await inState(server, 'settings.yaml', '');
      await writeMemory(server.stateDir, {...emptyMemory, lastCheck: '2026-01-01T01:00:00.000Z'});
    },
  },
  'a memory of feeds that somebody changed': {
    ...{check: 'feed-age', verdict: 'bad', evidence: /FEED\.FRESHNESS_UNREADABLE/, remedy: /reset-freshness/},
    damage: (server) => inState(server, 'freshness.json', '{}'),
  },
};

test.each(Object.entries(defects))('%s is named, with its remedy', async (_name, defect) => {
  const server = await makeCase('exchange2019-cu12', defect.describe, {processes: defect.processes ?? false});
  await defect.damage?.(server);
  const check = checkOf(await server.examine(), defect.check);
  expect(check).toMatchObject({verdict: defect.verdict, evidence: expect.stringMatching(defect.evidence)});
  const remedy = check.remedy.map(({label, command = ''}) => `${label} ${command}`).join('\n');
  if (defect.remedy) expect(remedy).toMatch(defect.remedy);
});
