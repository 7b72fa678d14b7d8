import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {progressText} from '../../src/cli/progress-line.ts';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {header, logLine} from '../logs/support.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {type CliRun, cli} from './collect.ts';

const run = ({dir}: Lab, ...argv: readonly string[]): Promise<CliRun> =>
  cli(['--server', `sandbox:${dir}`, ...argv], {cwd: dir});

const attack = '/autodiscover/autodiscover.json?jane@mail.example/powershell';

/** A server with a plan, and logs of its two sites: three attacks, one ordinary request that the rule hits, two others. */
const withLogs = async (...ids: readonly string[]): Promise<Lab> => {
  const lab = await makeLab(fixture(ids[0]?.startsWith('CVE-2021') ? 'exchange2019-cu8' : 'exchange2019-cu12'));
  expect(await run(lab, 'plan', ...ids, '-o', 'plan.json')).toMatchObject({exitCode: 0});
  for (const folder of ['W3SVC1', 'W3SVC2']) await mkdir(join(lab.dir, 'logs', folder), {recursive: true});
  const first =
    header + logLine('/owa/') + logLine(attack) + logLine('/owa/?q=powershell+autodiscover', {client: '10.0.0.7'});
  const second =
    header +
    logLine(attack, {date: '2022-10-02', client: '192.0.2.1', agent: 'python-requests/2.28', status: '302'}) +
    logLine('/ecp/');
  await writeFile(join(lab.dir, 'logs', 'W3SVC1', 'u_ex221001.log'), first);
  await writeFile(join(lab.dir, 'logs', 'W3SVC1', 'u_ex221002.log.gz'), gzipSync(second));
  await writeFile(join(lab.dir, 'logs', 'W3SVC2', 'u_ex221001.log'), header + logLine(attack).repeat(7));
  return lab;
};

test('what M1 would have blocked, the attacks apart, from packed and plain logs of its own site alone', async () => {
  const lab = await withLogs('M1');
  const before = await lab.tree();
  const {exitCode, stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs', '--json');
  const {code, data} = JSON.parse(stdout);
  expect([exitCode, code]).toEqual([0, 'IMPACT.COUNTED']);
  expect(data.logs).toMatchObject({
    files: 2,
    requests: 5,
    unreadable: 0,
    withoutFields: 0,
    skipped: [{why: 'it is of site 2'}],
  });
  const [rule] = data.rules;
  expect(rule).toMatchObject({name: 'stopgap M1.1 PowerShell - inbound', action: 'AbortRequest', inForce: false});
  expect(rule.attackLike).toMatchObject({
    count: 2,
    byApplication: [{key: 'Default Web Site/Autodiscover', count: 2}],
    byDay: [
      {key: '2022-10-01', count: 1},
      {key: '2022-10-02', count: 1},
    ],
    byStatus: [
      {key: '200', count: 1},
      {key: '302', count: 1},
    ],
    first: {time: '2022-10-01T08:00:00Z'},
    last: {time: '2022-10-02T08:00:00Z', client: '192.0.2.1'},
  });
  expect(rule.ordinary).toMatchObject({count: 1, byClient: [{key: '10.0.0.7', count: 1}]});
  expect(await lab.tree()).toEqual(before);
});

test('the text names the numbers a person asks for', async () => {
  const lab = await withLogs('M1');
  const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs');
  expect(stdout).toContain('5 requests to Default Web Site in 2 logs (1 kB)\n');
  expect(stdout).toContain('requests that would be cut off');
  expect(stdout).toMatch(/ordinary: 1 request\n/);
  expect(stdout).toMatch(/attack-like \(by signs, no proof\): 2 requests/);
  expect(stdout).toContain('jane@mail.example');
});

/** The lines about single requests that the text has below one title. */
const shownBelow = (text: string, title: string): readonly string[] => {
  const below = text.slice(text.indexOf(title)).split('\n').slice(1);
  const end = below.findIndex((line) => !line.startsWith('    '));
  const shown = below.slice(0, end === -1 ? undefined : end).map((line) => line.trim());
  return shown.filter((line) => /^(?:the request|first|last|first and last|such as)\b/.test(line));
};

test('one request is shown once, two as the first and the last, and examples only where they show something else', async () => {
  const lab = await withLogs('M1');
  const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs');
  expect(shownBelow(stdout, 'ordinary: 1 request')).toEqual([
    expect.stringMatching(/^the request: 2022-10-01T08:00:00Z GET \/owa\/\?q=/),
  ]);
  expect(shownBelow(stdout, 'attack-like')).toEqual([
    expect.stringMatching(/^first: 2022-10-01/),
    expect.stringMatching(/^last: {2}2022-10-02/),
  ]);
  const other = attack.replace('jane', 'joe');
  const log = header + logLine(attack) + logLine(other) + logLine(attack, {date: '2022-10-03'});
  await writeFile(join(lab.dir, 'three.log'), log);
  await writeFile(join(lab.dir, 'same.log'), header + logLine(attack).repeat(2));
  const three = await run(lab, 'impact', 'plan.json', '--logs', 'three.log');
  expect(shownBelow(three.stdout, 'attack-like')).toEqual([
    expect.stringMatching(/^first: 2022-10-01.*jane/),
    expect.stringMatching(/^last: {2}2022-10-03.*jane/),
    expect.stringMatching(/^such as .*joe/),
  ]);
  const same = await run(lab, 'impact', 'plan.json', '--logs', 'same.log');
  expect(shownBelow(same.stdout, 'attack-like')).toEqual([expect.stringMatching(/^first and last: .*jane/)]);
});

test('lines that are no requests are counted apart, and a file that is no log is named', async () => {
  const lab = await withLogs('M1');
  const log = `${logLine('/owa/')}${header}${logLine(attack)}powershell autodiscover garbage\r\nnothing at all\r\n`;
  await writeFile(join(lab.dir, 'mixed.log'), log);
  await writeFile(join(lab.dir, 'README.md'), 'A text\n\n# A heading\nof four lines\n');
  const impact = (...more: readonly string[]): Promise<CliRun> =>
    run(lab, 'impact', 'plan.json', '--logs', 'mixed.log', '--logs', 'README.md', ...more);
  const logsOf = async (...more: readonly string[]): Promise<unknown> =>
    JSON.parse((await impact('--json', ...more)).stdout).data.logs;
  const filesWithoutFields = [join(lab.dir, 'README.md')];
  expect(await logsOf()).toMatchObject({
    ...{requests: 2, notRequests: 5, notRequestsAtLeast: true, unreadable: 1, withoutFields: 4, filesWithoutFields},
  });
  expect(await logsOf('--every-line')).toMatchObject({
    ...{requests: 1, notRequests: 6, notRequestsAtLeast: false, unreadable: 2, withoutFields: 4, filesWithoutFields},
  });
  const {stdout} = await impact();
  expect(stdout).toContain('2 requests to Default Web Site in 2 logs');
  expect(stdout).toContain('at least 5 lines that are no requests');
  expect(stdout).toContain('README.md has no #Fields line');
  const refused = await run(lab, 'impact', 'plan.json', '--logs', 'README.md');
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toMatch(/README\.md: no #Fields line[\s\S]*IMPACT\.NO_IIS_LOG/);
});

test('--redact shows no address, client or user', async () => {
  const lab = await withLogs('M1');
  for (const form of [[], ['--json']]) {
    const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs', '--redact', ...form);
    expect(stdout).not.toMatch(/jane|mail\.example|10\.0\.0\.|192\.0\.2/);
    expect(stdout).toMatch(/\[client [0-9a-f]{6}\]/);
    expect(stdout).toMatch(/\[address [0-9a-f]{6}\]/);
  }
});

test('--every-line and other numbers of threads count the same', async () => {
  const lab = await withLogs('M1', 'M2');
  const rules = async (...more: readonly string[]): Promise<unknown> =>
    JSON.parse((await run(lab, 'impact', 'plan.json', '--logs', 'logs', '--json', ...more)).stdout).data.rules;
  const usual = await rules();
  expect(await rules('--every-line')).toEqual(usual);
  expect(await rules('--threads', '1')).toEqual(usual);
  expect(usual).toHaveLength(2);
});

test('a rule about cookies: the log does not hold them, and says how many requests it leaves open', async () => {
  const lab = await withLogs('CVE-2021-26855');
  const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs');
  expect(stdout).toContain('the log does not hold {HTTP_COOKIE}: 5 requests cannot be told');
});

test('an applied plan can still be asked what it would have blocked before', async () => {
  const lab = await withLogs('M1');
  await lab.applied(await lab.plan(['M1']));
  const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs', '--json');
  expect(JSON.parse(stdout).data.rules).toMatchObject([{inForce: true, attackLike: {count: 2}}]);
});

test('the way back is asked what it would let through again', async () => {
  const lab = await withLogs('M1');
  await lab.applied(await lab.plan(['M1']));
  await writeFile(join(lab.dir, 'rollback.json'), canonicalJson(await lab.planRollback()));
  const json = await run(lab, 'impact', 'rollback.json', '--logs', 'logs', '--json');
  expect(JSON.parse(json.stdout).data.rules).toMatchObject([
    {name: 'stopgap M1.1 PowerShell - inbound', removed: true, inForce: true, attackLike: {count: 2}},
  ]);
  const {stdout} = await run(lab, 'impact', 'rollback.json', '--logs', 'logs');
  expect(stdout).toMatch(/, removed by the plan: requests that are cut off today, and would not be any more/);
});

test('a folder with rules of its own is counted by them, and as its application', async () => {
  const lab = await withLogs('M1');
  const file = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
  const clears = `<location path="Default Web Site/owa/auth"><system.webServer><rewrite><rules><clear /></rules></rewrite></system.webServer></location>`;
  await lab.write(file, (await lab.read(file)).replace('</configuration>', `${clears}</configuration>`));
  const [inside, beside] = ['/owa/auth/?q=powershell+autodiscover', '/owa/?q=powershell+autodiscover'];
  await writeFile(join(lab.dir, 'one.log'), header + logLine(inside) + logLine(beside));
  const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'one.log', '--json');
  const [rule] = JSON.parse(stdout).data.rules;
  expect(rule.ordinary).toMatchObject({count: 1, byApplication: [{key: 'Default Web Site/owa', count: 1}]});
  expect(rule.ordinary.examples).toMatchObject([{url: beside}]);
});

test.each([
  ['IMPACT.LOGS_NOT_FOUND', ['--logs', 'nosuch']],
  ['IMPACT.LOGS_NOT_FOUND', ['--logs', 'C']],
  ['IMPACT.LOG_UNREADABLE', ['--logs', 'broken.log.gz']],
  ['USAGE.THREADS', ['--logs', 'logs', '--threads', 'many']],
  ['SERVER.NO_SUCH_SITE', ['--logs', 'logs', '--site', 'Other']],
])('%s: %j', async (code, argv) => {
  const lab = await withLogs('M1');
  await writeFile(join(lab.dir, 'broken.log.gz'), 'not packed at all');
  const {exitCode, stdout} = await run(lab, 'impact', 'plan.json', ...argv, '--json');
  expect([exitCode, JSON.parse(stdout).code]).toEqual([3, code]);
});

test('the numbers go into the HTML page of the plan they were counted for, and into no other', async () => {
  const lab = await withLogs('M1');
  const {stdout} = await run(lab, 'impact', 'plan.json', '--logs', 'logs', '--json');
  await writeFile(join(lab.dir, 'impact.json'), stdout);
  const page = await run(lab, 'show', 'plan.json', '--format', 'html', '--impact', 'impact.json');
  expect(page.stdout).toContain('5 requests to Default Web Site in 2 log files');
  expect(page.stdout).toContain('<h3>stopgap M1.1 PowerShell - inbound</h3>\n<dl><dt>ordinary requests</dt><dd>1</dd>');
  expect((await run(lab, 'show', 'plan.json', '--format', 'html')).stdout).not.toContain('logged requests');
  expect(await run(lab, 'plan', 'M2', '-o', 'other.json')).toMatchObject({exitCode: 0});
  const other = await run(lab, 'show', 'other.json', '--format', 'html', '--impact', 'impact.json', '--json');
  expect(JSON.parse(other.stdout)).toMatchObject({code: 'IMPACT.MALFORMED'});
});

test('progress has an end in sight where the size is known', () => {
  expect(progressText({bytes: 25e6, of: 100e6, requests: 7}, 1000)).toBe(
    '25 %, 7 requests, 25 MB of 100 MB, about 3 s left',
  );
  expect(progressText({bytes: 25e6, of: undefined, requests: 7}, 1000)).toBe('7 requests, 25 MB');
});
