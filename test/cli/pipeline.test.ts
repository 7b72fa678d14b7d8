import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, test} from 'vitest';
import {armFault} from '../../src/server/sandbox/faults.ts';
import type {FaultName} from '../../src/server/sandbox/runtime-json.ts';
import {fixture, type Lab, makeLab, treeOf} from '../support/lab.ts';
import {type CliRun, cli} from './collect.ts';

/*
 * The command line on a sandbox: each exit code by a situation that really arises, and its answer in both forms. The
 * sandbox's appcmd runs as a process, as outside of tests.
 */

const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
const owaWebConfig = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\web.config';
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

const exchange2019 = (): Promise<Lab> => makeLab(fixture('exchange2019-cu12'));

const run = ({dir}: Lab, ...argv: readonly string[]): Promise<CliRun> =>
  cli(['--server', `sandbox:${dir}`, ...argv], {cwd: dir});

/** The last line that --json prints. */
const answerOf = ({stdout}: CliRun): Record<string, unknown> => {
  const value: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  if (typeof value !== 'object' || value === null) throw new Error(stdout);
  return {...value};
};

const okShape = {ok: true, code: expect.stringMatching(/^[A-Z_.]+$/), data: expect.anything()};
const refusalShape = (code: string): object => ({
  ok: false,
  code,
  message: expect.stringMatching(/./),
  where: expect.any(Object),
  untouched: expect.stringMatching(/./),
  next: expect.any(Array),
});

const planned = async (lab: Lab, ...ids: readonly string[]): Promise<string> => {
  const file = join(lab.dir, 'plan.json');
  expect(await run(lab, 'plan', ...ids, '-o', file)).toMatchObject({exitCode: 0});
  return file;
};

const arm = (lab: Lab, ...faults: readonly (readonly [FaultName, number])[]): void => {
  for (const [name, at] of faults) armFault(lab.dir, new Date(), {name, at});
};

describe('exit code 0', () => {
  test('plan, apply, apply again, status, rollback', async () => {
    const lab = await exchange2019();
    const before = await lab.tree();
    const file = await planned(lab, 'M1');
    const applied = await run(lab, 'apply', file, '--now');
    expect(applied).toMatchObject({exitCode: 0, stdout: expect.stringContaining('run r1 applied: 1 step done')});
    const again = await run(lab, 'apply', file, '--now');
    expect(again).toMatchObject({exitCode: 0, stdout: 'already applied by run r1\n'});
    const status = await run(lab, 'status', '--json');
    expect(status.exitCode).toBe(0);
    expect(answerOf(status)).toEqual(okShape);
    expect(await run(lab, 'rollback')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('run r2 rolled back'),
    });
    expect(await lab.tree()).toEqual(before);
  });

  test.each([
    [['plan', 'M1', '--json']],
    [['plan', 'M1', '--at', '2026-11-21T08:00:00Z', '--json']],
    [['status', '--json']],
    [['status', '--rules', '--json']],
  ])('%j answers {ok, code, data}', async (argv) => {
    const answer = await run(await exchange2019(), ...argv);
    expect(answer.exitCode).toBe(0);
    expect(answerOf(answer)).toEqual(okShape);
  });

  test('planning twice at one time gives one file', async () => {
    const lab = await exchange2019();
    const at = ['--at', '2026-11-21T08:00:00Z', '--json'];
    const [first, second] = [await run(lab, 'plan', 'M1', ...at), await run(lab, 'plan', 'M1', ...at)];
    expect(first.stdout).toContain('2026-11-21T08:00:00.000Z');
    expect(second.stdout).toBe(first.stdout);
  });
});

describe('exit code 2', () => {
  test('changes are proposed, only where --detailed-exitcode asks', async () => {
    const lab = await exchange2019();
    expect(await run(lab, 'plan', 'M1')).toMatchObject({exitCode: 0});
    const detailed = await run(lab, 'plan', 'M1', '--detailed-exitcode', '--json');
    expect(detailed.exitCode).toBe(2);
    expect(answerOf(detailed)).toEqual({...okShape, code: 'PLAN.CHANGES'});
  });

  test('is 0 where nothing is to be changed', async () => {
    const lab = await exchange2019();
    await lab.applied(await lab.plan(['M1']));
    expect(await run(lab, 'plan', 'M1', '--detailed-exitcode')).toMatchObject({exitCode: 0});
  });

  test('status says 2 where a rule of ours is gone', async () => {
    const lab = await exchange2019();
    await lab.applied(await lab.plan(['M1']));
    expect(await run(lab, 'status', '--detailed-exitcode')).toMatchObject({exitCode: 0});
    await lab.write(webRoot, (await lab.read(webRoot)).replace(/<rule name="stopgap[\s\S]*<\/rule>/, ''));
    expect(await run(lab, 'status', '--detailed-exitcode')).toMatchObject({exitCode: 2});
  });
});

describe('exit code 3: refused, nothing touched', () => {
  test.each([
    ['a shared web.config', ['plan', 'M2', '--place', 'web.config'], 'PLAN.REFUSED'],
    ['an id that nobody knows', ['plan', 'M99'], 'CATALOGUE.UNKNOWN_ID'],
    ['no feed yet', ['plan'], 'FEED.NONE_ACCEPTED'],
    ['no such plan file', ['apply', 'nowhere.json', '--now'], 'PLAN.UNREADABLE'],
    ['nothing to roll back', ['rollback'], 'ROLLBACK.NOTHING_ACTIVE'],
    ['rollback of a run that never was', ['rollback', 'r9'], 'ROLLBACK.UNKNOWN'],
    ['rollback of what is not active', ['rollback', 'M7'], 'ROLLBACK.UNKNOWN'],
    ['nothing to recover', ['recover'], 'RECOVER.NOTHING_TO_DO'],
    ['acceptance without a reason', ['plan', 'M1', '--accept', 'REWRITE.DUPLICATE'], 'USAGE.REASON_MISSING'],
    ['a wrong option', ['plan', 'M1', '--plce', 'apphost'], 'USAGE.INVALID'],
    ['a wrong choice', ['plan', 'M1', '--place', 'elsewhere'], 'USAGE.INVALID'],
    ['a wrong time', ['plan', 'M1', '--at', 'yesterday'], expect.stringMatching(/^USAGE\./)],
    ['a wrong duration', ['apply', 'p.json', '--confirm-within', 'soon'], expect.stringMatching(/^USAGE\./)],
    ['no command', [], 'USAGE.INVALID'],
  ])('%s', async (_what, argv, code) => {
    const lab = await exchange2019();
    const before = await treeOf(lab.dir);
    const json = await run(lab, ...argv, '--json');
    expect(json.exitCode).toBe(3);
    expect(answerOf(json)).toEqual({...refusalShape(''), code});
    expect(json.stderr).toBe('');
    const text = await run(lab, ...argv);
    expect(text.exitCode).toBe(3);
    expect(text.stderr).toMatch(/^refused: /);
    expect(await treeOf(lab.dir)).toEqual(before);
  });

  test('outside of a change window', async () => {
    const lab = await exchange2019();
    const file = await planned(lab, 'M1');
    const before = await treeOf(lab.dir);
    expect(answerOf(await run(lab, 'apply', file, '--json'))).toEqual(refusalShape('APPLY.OUTSIDE_WINDOW'));
    expect((await run(lab, 'apply', file)).stderr).toContain(`stopgap apply ${file} --now --reason "why"`);
    expect((await run(lab, 'rollback', 'r9')).stderr).toContain('there is no run r9 on this server: ');
    expect(await treeOf(lab.dir)).toMatchObject(before);
  });

  test('while somebody else holds the lock', async () => {
    const lab = await exchange2019();
    const file = await planned(lab, 'M1');
    const release = await lab.server.lock();
    const refused = await run(lab, 'apply', file, '--now', '--json');
    await release?.();
    expect(refused.exitCode).toBe(3);
    expect(answerOf(refused)).toEqual(refusalShape('APPLY.LOCKED'));
    expect(await run(lab, 'apply', file, '--now')).toMatchObject({exitCode: 0});
  });

  test('an edited plan file', async () => {
    const lab = await exchange2019();
    const file = await planned(lab, 'M1');
    await writeFile(file, (await readFile(file, 'utf8')).replace('(?=.*powershell)', '(?=.*nothing)'));
    const refused = await run(lab, 'apply', file, '--now', '--json');
    expect(answerOf(refused)).toEqual(refusalShape('PLAN.ALTERED'));
    expect(await lab.read(webRoot)).not.toContain('stopgap');
  });

  test('a malformed file is named with line and column', async () => {
    const lab = await exchange2019();
    await lab.write(webRoot, (await lab.read(webRoot)).replace('</configuration>', '  <open>\r\n</configuration>'));
    const lines = (await lab.read(webRoot)).split('\r\n').length - 1;
    const refused = await run(lab, 'plan', 'M1');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(new RegExp(`where: C:\\\\inetpub\\\\wwwroot\\\\web\\.config:${lines}:\\d+`));
  });
});

describe('exit code 4: failed, and restored', () => {
  test('the first change fails', async () => {
    const lab = await exchange2019();
    const before = await lab.tree();
    const file = await planned(lab, 'M1');
    arm(lab, ['access-denied', 1]);
    const failed = await run(lab, 'apply', file, '--now', '--json');
    expect(failed.exitCode).toBe(4);
    expect(answerOf(failed)).toEqual(refusalShape('APPLY.FAILED_RESTORED'));
    expect(await lab.tree()).toEqual(before);
  });

  test('the second change fails and the first is taken back', async () => {
    const lab = await exchange2019();
    const before = await lab.tree();
    const file = await planned(lab, 'M1', 'M2');
    arm(lab, ['access-denied', 2]);
    const failed = await run(lab, 'apply', file, '--now');
    expect(failed.exitCode).toBe(4);
    expect(failed.stderr).toContain('Everything that was done has been taken back.');
    expect(await lab.tree()).toEqual(before);
    const status = await run(lab, 'status', '--detailed-exitcode');
    expect(status.exitCode).toBe(2);
    expect(status.stdout).toMatch(/^M1 .*Failed/m);
    expect(status.stdout).toMatch(/^M2 .*Failed/m);
    expect(await run(lab, 'apply', file, '--now')).toMatchObject({exitCode: 0});
    expect((await run(lab, 'status', '--detailed-exitcode')).stdout).not.toContain('Failed');
  });

  test.each<readonly [FaultName]>([['killed-before-commit'], ['killed-after-commit']])(
    'appcmd is %s: nothing is left half done',
    async (fault) => {
      const lab = await exchange2019();
      const before = await lab.tree();
      const file = await planned(lab, 'M1');
      arm(lab, [fault, 1]);
      const ended = await run(lab, 'apply', file, '--now');
      // Killed after the commit it did what it should: reading back decides, not the exit code.
      expect(ended.exitCode).toBe(fault === 'killed-after-commit' ? 0 : 4);
      if (fault !== 'killed-after-commit') expect(await lab.tree()).toEqual(before);
    },
  );

  test('a file that is in use for a moment is only a delay', async () => {
    const lab = await exchange2019();
    const file = await planned(lab, 'M1');
    arm(lab, ['file-in-use', 1], ['file-in-use', 1]);
    const applied = await run(lab, 'apply', file, '--now');
    expect(applied).toMatchObject({exitCode: 0, stdout: expect.stringContaining('succeeded at try 3')});
  });
});

describe('exit code 5: failed or expired, not restored', () => {
  test('the way back fails too: it says what a person has to do, and rollback still works', async () => {
    const lab = await exchange2019();
    const before = await lab.tree();
    const file = await planned(lab, 'M1', 'M2');
    arm(lab, ['access-denied', 2], ['access-denied', 1]);
    const failed = await run(lab, 'apply', file, '--now', '--json');
    expect(failed.exitCode).toBe(5);
    const answer = answerOf(failed);
    expect(answer).toEqual(refusalShape('APPLY.FAILED_NOT_RESTORED'));
    expect(JSON.stringify(answer['next'])).toContain('Take back');
    expect(await lab.read(webRoot)).toContain('stopgap M1.1');
    expect(await run(lab, 'rollback', '--all')).toMatchObject({exitCode: 0});
    expect(await lab.tree()).toEqual(before);
  });

  test('half a file is left by a killed appcmd: rollback --exact makes it whole', async () => {
    const lab = await exchange2019();
    const before = await lab.tree();
    const file = await planned(lab, 'M1');
    arm(lab, ['killed-mid-write', 1]);
    const failed = await run(lab, 'apply', file, '--now', '--json');
    expect([4, 5]).toContain(failed.exitCode);
    if (failed.exitCode === 5) expect(await run(lab, 'rollback', '--exact')).toMatchObject({exitCode: 0});
    expect(await lab.tree()).toEqual(before);
  });

  test('a confirm that did not come: status says so and changes nothing', async () => {
    const lab = await exchange2019();
    expect(await lab.apply(await lab.plan(['M1']), {confirmWithinMs: 900_000})).toMatchObject({did: 'applied'});
    const soon = new Date(Date.now() + 60_000).toISOString();
    const late = new Date(Date.now() + 3_600_000).toISOString();
    expect(await run(lab, 'status', '--at', soon)).toMatchObject({exitCode: 0});
    const before = await treeOf(lab.dir);
    const expired = await run(lab, 'status', '--at', late, '--json');
    expect(expired.exitCode).toBe(5);
    expect(answerOf(expired)).toEqual(refusalShape('CONFIRM.EXPIRED'));
    expect(await treeOf(lab.dir)).toEqual(before);
    expect(await run(lab, 'confirm', 'r1')).toMatchObject({exitCode: 0});
    expect(await run(lab, 'status', '--at', late)).toMatchObject({exitCode: 0});
  });
});

describe('commands that only read', () => {
  const reading = [
    ['plan', 'M1', 'M2'],
    ['plan', 'M1', '--format', 'html'],
    ['plan', 'M2', '--format', 'markdown', '--json'],
    ['plan', 'CVE-2021-27065', '--detailed-exitcode'],
    ['status'],
    ['status', '--rules'],
    ['rollback', '--dry-run'],
    ['rollback', '--all', '--exact', '--dry-run'],
  ];

  test('touch neither the disk nor services and pools nor the state folder', async () => {
    const lab = await exchange2019();
    const file = await planned(lab, 'M1');
    await lab.apply(await lab.plan(['M1']));
    const before = await treeOf(lab.dir);
    for (const argv of [...reading, ['show', file], ['show', file, '--format', 'html']]) {
      const {exitCode, stderr} = await run(lab, ...argv);
      expect([argv, exitCode, stderr]).toEqual([argv, argv.includes('CVE-2021-27065') ? 3 : 0, expect.any(String)]);
    }
    expect(await treeOf(lab.dir)).toEqual(before);
  });

  test('make no state folder on a server that stopgap never changed', async () => {
    const lab = await exchange2019();
    const before = await treeOf(lab.dir);
    for (const argv of reading) await run(lab, ...argv);
    expect(await treeOf(lab.dir)).toEqual(before);
    expect(existsSync(lab.stateDir)).toBe(false);
  });

  test('a refused plan writes no file', async () => {
    const lab = await exchange2019();
    const file = join(lab.dir, 'refused.json');
    expect(await run(lab, 'plan', 'M2', '--place', 'web.config', '-o', file)).toMatchObject({exitCode: 3});
    expect(existsSync(file)).toBe(false);
  });
});

describe('what is printed', () => {
  test('never holds a secret of a configuration file', async () => {
    const lab = await exchange2019();
    const secret = 'Zq7-Sup3rS3cret';
    // Where the diff of M2 shows its surroundings.
    const host = (await lab.read(hostConfig)).replace(
      /(<location path="Default Web Site\/owa">[\s\S]*?)(\s*<urlCompression)/,
      `$1<!-- password="${secret}" [enc:AesProvider:${secret}==:enc] -->$2`,
    );
    expect(host).toContain(secret);
    await lab.write(hostConfig, host);
    const file = await planned(lab, 'M2');
    const printed: string[] = [];
    for (const argv of [
      ['plan', 'M2'],
      ['plan', 'M2', '--json'],
      ['plan', 'M2', '--format', 'html'],
      ['plan', 'M2', '--format', 'markdown'],
      ['show', file],
      ['show', file, '--json'],
      ['apply', file, '--now', '--json', '--verbose'],
      ['status', '--rules', '--json'],
      ['rollback', '--dry-run'],
      ['rollback', '--verbose'],
    ]) {
      const {stdout, stderr, exitCode} = await run(lab, ...argv);
      expect(exitCode, argv.join(' ')).toBe(0);
      printed.push(stdout, stderr);
    }
    printed.push(await readFile(file, 'utf8'), await readFile(join(lab.stateDir, 'runs/r1/journal.jsonl'), 'utf8'));
    const all = printed.join('\n');
    expect(all).toContain('[redacted sha256:');
    expect(all).not.toContain(secret);
  });

  test('shows control characters and reordering marks of a configuration file instead of obeying them', async () => {
    const lab = await exchange2019();
    const name = 'evil&#x9;\u202Egnihton\u2066 \u200Bname';
    const rule = `<rule name="${name}" stopProcessing="true"><match url=".*" /><conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" /></conditions><action type="AbortRequest" /></rule>`;
    const text = (await lab.read(webRoot)).replace(
      '</configuration>',
      `<system.webServer><rewrite><rules>${rule}</rules></rewrite></system.webServer></configuration>`,
    );
    await lab.write(webRoot, text);
    for (const argv of [
      ['plan', 'M1'],
      ['plan', 'M1', '--format', 'markdown'],
      ['plan', 'M1', '--format', 'html'],
      ['status'],
      ['status', '--rules'],
    ]) {
      const {stdout, exitCode} = await run(lab, ...argv);
      expect(exitCode, argv.join(' ')).toBe(0);
      expect(stdout, argv.join(' ')).toContain('gnihton');
      expect(stdout, argv.join(' ')).not.toMatch(/[\u202E\u2066\u200B]/);
    }
  });
});

test('a rule that blocks every request is refused, and accepted only by its code with a reason', async () => {
  const lab = await exchange2019();
  const yaml = `id: BLOCK1
description: Blocks everything.
appliesTo: []
actions:
  - type: UrlRewrite
    scope: VDir
    target: Default Web Site/ecp
    value: |
      <rewrite><rules><rule name="stopgap BLOCK1.1 all" stopProcessing="true"><match url=".*" /><action type="AbortRequest" /></rule></rules></rewrite>
`;
  await writeFile(join(lab.dir, 'block.yaml'), yaml);
  const refused = await run(lab, 'plan', 'block.yaml', '--json');
  expect(refused.exitCode).toBe(3);
  expect(answerOf(refused)).toMatchObject({
    code: 'PLAN.REFUSED',
    message: expect.stringContaining('REWRITE.BLOCKS_EVERYTHING'),
    next: [{command: expect.stringContaining('--accept REWRITE.BLOCKS_EVERYTHING')}],
  });
  const accept = ['--accept', 'REWRITE.BLOCKS_EVERYTHING', '--reason', 'ecp is closed tonight'];
  const file = join(lab.dir, 'plan.json');
  expect(await run(lab, 'plan', 'block.yaml', ...accept, '-o', file)).toMatchObject({exitCode: 0});
  expect(await run(lab, 'apply', file, '--now')).toMatchObject({exitCode: 0});
  expect(await lab.server.prober.get('Default Web Site', '/ecp/')).toMatchObject({status: 'reset'});
  expect(await run(lab, 'rollback', 'BLOCK1')).toMatchObject({exitCode: 0});
  expect(await lab.server.prober.get('Default Web Site', '/ecp/')).toMatchObject({status: 200});
});

test('the written web.config of owa is refused also by name of the file', async () => {
  const lab = await exchange2019();
  const refused = await run(lab, 'plan', 'M2', '--place', 'web.config');
  for (const child of ['Calendar', 'Integrated', 'oma'])
    expect(refused.stdout).toContain(`Default Web Site/owa/${child}`);
  expect(refused.stdout).toContain(owaWebConfig);
  // The findings were just read: the refusal names them and does not tell them again.
  expect(refused.stderr).toContain('refused by IIS.SHARED_PATH, IIS.WOULD_BREAK');
  expect(refused.stderr).not.toContain('would answer');
});

test('as a program of its own it ends with the same exit codes', async () => {
  const lab = await exchange2019();
  const program = join(import.meta.dirname, '../../src/cli/main.ts');
  const exitCode = async (...argv: readonly string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [program, '--server', `sandbox:${lab.dir}`, ...argv]).then(
      () => 0,
      (error: {code: unknown}) => error.code,
    );
  expect(await exitCode('plan', 'M1', '--detailed-exitcode', '-o', join(lab.dir, 'p.json'))).toBe(2);
  expect(await exitCode('apply', join(lab.dir, 'p.json'))).toBe(3);
  expect(await exitCode('apply', join(lab.dir, 'p.json'), '--now')).toBe(0);
});
