import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {type CliRun, cli} from './collect.ts';

/* What the command line says about requests, on a server of the fixtures as it is and with M1 and M2. */

const run = ({dir}: Lab, ...argv: readonly string[]): Promise<CliRun> =>
  cli(['--server', `sandbox:${dir}`, ...argv], {cwd: dir});

const planned = async (lab: Lab, ...ids: readonly string[]): Promise<string> => {
  const file = join(lab.dir, 'plan.json');
  expect(await run(lab, 'plan', ...ids, '-o', file)).toMatchObject({exitCode: 0});
  return file;
};

interface TraceData {
  readonly notes: readonly string[];
  readonly requests: readonly {
    readonly application: string;
    readonly now: {readonly inbound: {readonly answer: {readonly kind: string}; readonly decidedBy?: unknown}};
    readonly withPlan?: {
      readonly inbound: {
        readonly answer: {readonly kind: string};
        readonly decidedBy?: {readonly name: string; readonly source: {readonly file: string; readonly line: number}};
        readonly rules: readonly {readonly name: string; readonly why: string}[];
      };
      readonly outbound?: {readonly headers: Readonly<Record<string, string>>};
    };
  }[];
}

const dataOf = ({stdout}: CliRun): TraceData => JSON.parse(stdout).data;

const attack = '/autodiscover/autodiscover.json?@evil.example/powershell';
const page = ['--answer', 'Content-Type: text/html', '--answer', "Content-Security-Policy: script-src 'self'"];

describe('with a plan', () => {
  let folder = '';
  let lab: Lab;
  let plan = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stopgap-trace-'));
    lab = await makeLab(fixture('exchange2019-cu12'), {dir: join(folder, 'server')});
    plan = await planned(lab, 'M1', 'M2');
  });
  afterAll(() => rm(folder, {recursive: true, force: true}));

  test('an attack that goes through today is cut off with the plan, by the rule at its line', async () => {
    const answer = await run(lab, 'trace', attack, '--with', plan, '--json');
    const [request] = dataOf(answer).requests;
    expect([answer.exitCode, request?.application, request?.now.inbound.answer.kind]).toEqual([
      0,
      'Default Web Site/Autodiscover',
      'passed',
    ]);
    expect(request?.withPlan?.inbound).toMatchObject({
      answer: {kind: 'aborted'},
      decidedBy: {name: 'stopgap M1.1 PowerShell - inbound', source: {file: 'C:\\inetpub\\wwwroot\\web.config'}},
    });
  });

  test('every rule that was looked at is shown with its place and why', async () => {
    const {stdout} = await run(lab, 'trace', '/owa/', '--with', plan);
    expect(stdout).toMatch(/now: goes on to the application\n.*no inbound rule is in force here/);
    expect(stdout).toMatch(
      /- rules "stopgap M1\.1 PowerShell - inbound" \(C:\\inetpub\\wwwroot\\web\.config:\d+\): the URL "owa\/" matches "\.\*", but condition 1 does not hold: \{UrlDecode:\{REQUEST_URI\}\} is "\/owa\/"/,
    );
    expect(stdout).toContain('1 outbound rule not looked at: --answer says what the application answers');
  });

  test('M2 changes the header of the page, and nothing at /owa/Calendar, which inherits it', async () => {
    const header = async (url: string): Promise<string | undefined> => {
      const answer = await run(lab, 'trace', url, '--with', plan, '--json', ...page);
      return dataOf(answer).requests[0]?.withPlan?.outbound?.headers['Content-Security-Policy'];
    };
    expect(await header('/owa/')).toBe("script-src 'self'; script-src-attr 'none'");
    expect(await header('/owa/Calendar/jane@mail.example/Calendar/calendar.html')).toBe("script-src 'self'");
  });

  test('many requests from a file: URLs, methods, JSON, comments', async () => {
    const file = join(lab.dir, 'requests.txt');
    await writeFile(file, `# what we saw\n/owa/\nPOST ${attack}\n{"url": "/ecp/", "headers": {"Cookie": "a=b"}}\n`);
    const {requests} = dataOf(await run(lab, 'trace', 'requests.txt', '--with', plan, '--json'));
    expect(requests.map(({withPlan}) => withPlan?.inbound.answer.kind)).toEqual(['passed', 'aborted', 'passed']);
  });

  test('nothing on the server is touched', async () => {
    const before = await lab.tree();
    await run(lab, 'trace', attack, '--with', plan);
    expect(await lab.tree()).toEqual(before);
  });
});

test('once the plan is applied, the trace says so, and goes by what is there', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const plan = await planned(lab, 'M1');
  const [predicted] = dataOf(await run(lab, 'trace', attack, '--with', plan, '--json')).requests;
  await lab.applied(await lab.plan(['M1']));
  const {notes, requests} = dataOf(await run(lab, 'trace', attack, '--with', plan, '--json'));
  expect(notes).toEqual(['What the plan wants is on the server already: what follows is about the server as it is.']);
  expect(requests[0]?.now.inbound.answer.kind).toBe('aborted');
  // File and line were those that the server has now.
  expect(requests[0]?.now.inbound.decidedBy).toEqual(predicted?.withPlan?.inbound.decidedBy);
});

test('where somebody else changed what the plan looked at, the trace says what, and goes by what is there', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const plan = await planned(lab, 'M1');
  const config = 'C:\\inetpub\\wwwroot\\web.config';
  const rule = '<rule name="theirs"><match url="nothing" /></rule>';
  const rewrite = `<system.webServer><rewrite><rules>${rule}</rules></rewrite></system.webServer>`;
  await lab.write(config, (await lab.read(config)).replace('</configuration>', `${rewrite}</configuration>`));
  const {notes, requests} = dataOf(await run(lab, 'trace', attack, '--with', plan, '--json'));
  expect(notes.join()).toMatch(
    /^The server is not what the plan was made for: changed since the plan was made: section /,
  );
  expect(requests[0]?.withPlan?.inbound.answer.kind).toBe('aborted');
});

test('the way back is traced like any plan: the attack goes through again', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await lab.applied(await lab.plan(['M1']));
  await writeFile(join(lab.dir, 'rollback.json'), canonicalJson(await lab.planRollback()));
  const {notes, requests} = dataOf(await run(lab, 'trace', attack, '--with', 'rollback.json', '--json'));
  expect(notes).toEqual([]);
  expect(requests[0]).toMatchObject({
    now: {inbound: {answer: {kind: 'aborted'}}},
    withPlan: {inbound: {answer: {kind: 'passed'}}},
  });
});

test('what reconcile plans is traced, too: a rule that is gone comes back', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const file = 'C:\\inetpub\\wwwroot\\web.config';
  const untouched = await lab.read(file);
  await lab.applied(await lab.plan(['M1']));
  await lab.write(file, untouched);
  expect(await run(lab, 'reconcile', '-o', 'reconcile.json')).toMatchObject({exitCode: 0});
  const {notes, requests} = dataOf(await run(lab, 'trace', attack, '--with', 'reconcile.json', '--json'));
  expect(notes).toEqual([]);
  expect(requests[0]).toMatchObject({
    now: {inbound: {answer: {kind: 'passed'}}},
    withPlan: {inbound: {answer: {kind: 'aborted'}}},
  });
});

describe('a folder below an application', () => {
  const clears =
    '<configuration><system.webServer><rewrite><rules><clear /></rules></rewrite></system.webServer></configuration>';
  const kinds = async (lab: Lab, ...urls: readonly string[]): Promise<readonly string[]> => {
    await writeFile(join(lab.dir, 'requests.txt'), urls.join('\n'));
    return dataOf(await run(lab, 'trace', 'requests.txt', '--json')).requests.map(({now}) => now.inbound.answer.kind);
  };
  const words = '?autodiscover+powershell';

  test('with a web.config of its own takes rules away for itself alone', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await lab.applied(await lab.plan(['M1']));
    const folder = 'C:\\inetpub\\wwwroot\\aspnet_client\\system_web';
    await mkdir(join(lab.dir, folder.replace('C:', 'C').replaceAll('\\', '/')), {recursive: true});
    await lab.write(`${folder}\\web.config`, clears);
    expect(
      await kinds(
        lab,
        `/aspnet_client/system_web/a.js${words}`,
        `/ASPNET_CLIENT/System_Web/deeper/a.js${words}`,
        `/aspnet_client/a.js${words}`,
        `/aspnet_client/system_web/../a.js${words}`,
        `/aspnet_client/system_web:$DATA/a.js${words}`,
      ),
    ).toEqual(['passed', 'passed', 'aborted', 'aborted', 'aborted']);
  });

  test('with a location of its own in applicationHost.config, too', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await lab.applied(await lab.plan(['M1']));
    const file = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
    const location = clears.replace('<configuration>', '<location path="Default Web Site/ecp/js">');
    const text = (await lab.read(file)).replace(
      '</configuration>',
      `${location.replace('</configuration>', '</location>')}</configuration>`,
    );
    await lab.write(file, text);
    expect(await kinds(lab, `/ecp/js/a.js${words}`, `/ecp/a.js${words}`)).toEqual(['passed', 'aborted']);
  });

  test('with a web.config that cannot be read answers 500.19', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await mkdir(join(lab.dir, 'C/inetpub/wwwroot/broken'), {recursive: true});
    await lab.write('C:\\inetpub\\wwwroot\\broken\\web.config', '<configuration>');
    expect((await run(lab, 'trace', '/broken/a')).stdout).toMatch(/now: is answered 500\.19: .*broken\\web\.config:1/);
    expect((await run(lab, 'trace', '/a')).stdout).toContain('now: goes on to the application');
  });
});

test('cookies and headers reach the rules', async () => {
  const lab = await makeLab(fixture('exchange2019-cu8'));
  const plan = await planned(lab, 'CVE-2021-26855');
  const answer = async (...more: readonly string[]): Promise<string | undefined> =>
    dataOf(await run(lab, 'trace', '/owa/auth/x.js', '--with', plan, '--json', ...more)).requests[0]?.withPlan?.inbound
      .answer.kind;
  expect(await answer()).toBe('passed');
  expect(await answer('--cookie', 'a=b', '--cookie', 'X-BEResource=localhost/owa/auth/logon.aspx?~1942062522')).toBe(
    'aborted',
  );
  expect(await answer('--header', 'Cookie: X-AnonResource-Backend=x')).toBe('aborted');
});

test('a configuration that IIS cannot read answers 500.19, and says where', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const file = 'C:\\inetpub\\wwwroot\\web.config';
  const rule = '<rule name="twice"><match url=".*" /></rule>';
  const text = await lab.read(file);
  const rules = `<system.webServer><rewrite><rules>${rule}${rule}</rules></rewrite></system.webServer></configuration>`;
  await lab.write(file, text.replace('</configuration>', rules));
  const {stdout} = await run(lab, 'trace', '/owa/');
  expect(stdout).toMatch(/now: is answered 500\.19: Cannot add duplicate collection entry .*web\.config:\d+/);
});

test.each([
  ['TRACE.NOT_FOUND', ['trace', 'nosuch.txt']],
  ['SERVER.NO_SUCH_SITE', ['trace', '/', '--site', 'Other']],
  ['USAGE.HEADER', ['trace', '/', '--header', 'none']],
  ['PLAN.UNREADABLE', ['trace', '/', '--with', 'nosuch.json']],
])('%s', async (code, argv) => {
  const lab = await makeLab(fixture('plain-iis'));
  const {exitCode, stdout} = await run(lab, ...argv, '--json');
  expect([exitCode, JSON.parse(stdout).code]).toEqual([3, code]);
});

test.each(['GET', '{"url": 7}', '{"url":', 'GET /a /b', '{"url": "x"}'])(
  'a file with %j is refused with its line',
  async (line) => {
    const lab = await makeLab(fixture('plain-iis'));
    await writeFile(join(lab.dir, 'bad.txt'), `/\n${line}\n`);
    const {stdout} = await run(lab, 'trace', 'bad.txt', '--json');
    expect(JSON.parse(stdout)).toMatchObject({code: 'TRACE.REQUEST_MALFORMED', where: {file: 'bad.txt', line: 2}});
  },
);
