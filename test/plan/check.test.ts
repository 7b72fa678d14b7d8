import {beforeAll, describe, expect, test} from 'vitest';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {sha256} from '../../src/kit/hash.ts';
import {Refusal} from '../../src/kit/refusal.ts';
import {holds, meaningAt} from '../../src/plan/check.ts';
import type {Check, ElementAddress} from '../../src/plan/model.ts';
import {meaningOf} from '../../src/rewrite/behaviour.ts';
import {smallServer, webConfigPath} from '../support/application-host.ts';
import {applicationHostPath, fixtureServer, type MemoryServer, service} from '../support/memory-server.ts';
import {planFor} from '../support/planning.ts';

const rule = '<rule name="R" stopProcessing="true"><match url=".*" /><action type="AbortRequest" /></rule>';
const rules = (content: string): string =>
  `<system.webServer><rewrite><rules>${content}</rules></rewrite></system.webServer>`;
const meaning = sha256(meaningOf(toSpec(parseXml(rule).root)));
const at: ElementAddress = {
  file: webConfigPath('root'),
  location: null,
  configPath: 'Site',
  section: 'system.webServer/rewrite/rules',
  collection: '',
  element: 'rule',
  keys: {name: 'R'},
};
const present: Check = {check: 'element', at, is: 'present', meaning};
const absent: Check = {check: 'element', at, is: 'absent'};

describe('an element', () => {
  test.each([
    ['as it should be', rules(rule), true, false],
    [
      'with defaults spelled out and in another order',
      rules(
        '<rule stopProcessing="True" enabled="true" name="R"><action type="AbortRequest" /><match ignoreCase="true" url=".*" /></rule>',
      ),
      true,
      false,
    ],
    ['switched off by somebody', rules(rule.replace('stopProcessing', 'enabled="false" stopProcessing')), false, false],
    ['with another pattern', rules(rule.replace('.*', 'x')), false, false],
    ['under another name', rules(rule.replace('"R"', '"S"')), false, true],
    ['in a comment', rules(`<!-- ${rule} -->`), false, true],
    ['in a location of the file', `<location path=".">${rules(rule)}</location>`, false, true],
    ['gone with its section', '', false, true],
  ])('%s', async (_, root, isPresent, isAbsent) => {
    const server = smallServer({}, {root});
    expect(await holds(present, server)).toBe(isPresent);
    expect(await holds(absent, server)).toBe(isAbsent);
  });

  test('in a file that is not there is absent', async () => {
    expect(await holds(absent, smallServer())).toBe(true);
    expect(await holds(present, smallServer())).toBe(false);
  });

  test('in a location of applicationHost.config is found there only', async () => {
    const body = `<location path="site/OWA">${rules(rule)}</location><location path="Site">${rules('')}</location>`;
    const address = (location: string): ElementAddress => ({...at, file: applicationHostPath, location});
    const server = smallServer({body});
    expect(await meaningAt(address('Site/owa'), server)).toBe(meaning);
    expect(await meaningAt(address('Site'), server)).toBeUndefined();
  });

  test('in a malformed file is not known: refused with its position, never taken for absent', async () => {
    const server = smallServer({}, {root: '<?xml version="1.0"?>\n<configuration>'});
    await expect(holds(absent, server)).rejects.toMatchObject({code: 'IIS.MALFORMED', where: {file: at.file, line: 2}});
    await expect(holds(absent, server)).rejects.toBeInstanceOf(Refusal);
  });
});

describe('services, pools, processes and files', () => {
  const pools = '<add name="Web" /><add name="App" autoStart="False" />';
  let server: MemoryServer;
  beforeAll(() => {
    server = smallServer({pools}).with({
      services: [service('S', {state: 'STOPPED', startType: 'delayed-auto'})],
      pools: {Web: 'Started', App: 'Stopped'},
      processes: ['Worker.exe'],
      files: {'C:\\f': 'text'},
    });
  });

  const checks: readonly (readonly [string, Check, boolean])[] = [
    ['service state', {check: 'service-state', service: 'S', is: 'STOPPED'}, true],
    ['another service state', {check: 'service-state', service: 'S', is: 'RUNNING'}, false],
    ['state of a service that is not there', {check: 'service-state', service: 'None', is: 'STOPPED'}, false],
    ['start type', {check: 'service-start-type', service: 'S', is: 'delayed-auto'}, true],
    ['delayed-auto is not auto', {check: 'service-start-type', service: 'S', is: 'auto'}, false],
    ['pool state', {check: 'app-pool-state', pool: 'app', is: 'Stopped'}, true],
    ['another pool state', {check: 'app-pool-state', pool: 'Web', is: 'Stopped'}, false],
    ['state of a pool that is not there', {check: 'app-pool-state', pool: 'None', is: 'Stopped'}, false],
    ['autoStart as written', {check: 'app-pool-auto-start', pool: 'APP', is: 'false'}, true],
    ['autoStart that is absent', {check: 'app-pool-auto-start', pool: 'Web', is: null}, true],
    ['absent is not an explicit true', {check: 'app-pool-auto-start', pool: 'Web', is: 'true'}, false],
    [
      'autoStart of a pool that is not there is not an absent one',
      {check: 'app-pool-auto-start', pool: 'None', is: null},
      false,
    ],
    ['a process that runs', {check: 'process', image: 'worker.EXE', is: 'absent'}, false],
    ['a process that is gone', {check: 'process', image: 'Other.exe', is: 'absent'}, true],
    ['a file', {check: 'file', path: 'c:/f', sha256: sha256('text')}, true],
    ['another file', {check: 'file', path: 'C:\\f', sha256: sha256('other')}, false],
    ['a file that is not there', {check: 'file', path: 'C:\\g', sha256: sha256('')}, false],
  ];
  test.each(checks)('%s', async (_, check, expected) => {
    expect(await holds(check, server)).toBe(expected);
  });
});

test('a check looks afresh each time', async () => {
  let content = rules('');
  const server = smallServer();
  const changing = {
    ...server,
    readFile: async (path: string) =>
      path === at.file ? new TextEncoder().encode(`<configuration>${content}</configuration>`) : server.readFile(path),
  };
  expect(await holds(absent, changing)).toBe(true);
  content = rules(rule);
  expect(await holds(absent, changing)).toBe(false);
  expect(await holds(present, changing)).toBe(true);
});

test.each([
  ['M1', 'exchange2019-cu12'],
  ['CVE-2021-27065', 'exchange2019-cu8'],
  ['CVE-2021-26857', 'exchange2016-cu19'],
])(
  'every before-check of %s holds on the server that it was planned for, and no final after-check does',
  async (id, name) => {
    const server = fixtureServer(name);
    const {steps} = await planFor(server, [id]);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps.filter(({status}) => status === 'to-do')) {
      for (const check of step.before) expect(await holds(check, server), JSON.stringify(check)).toBe(true);
      for (const command of step.commands) {
        if (command.do !== 'run') continue;
        for (const check of command.after) expect(await holds(check, server), JSON.stringify(check)).toBe(false);
      }
    }
  },
);
