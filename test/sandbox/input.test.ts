import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {main} from '../../src/server/sandbox/appcmd/main.ts';
import {sandboxVariable} from '../../src/server/sandbox/program.ts';
import {applicationHost, type Lab, makeLab} from './lab.ts';

/* appcmd list … /xml | appcmd … /in */

const pipe = async (lab: Lab, input: string, ...argv: readonly string[]) => {
  let stdout = '';
  const exitCode = await main(argv, {
    stdout: (text) => {
      stdout += typeof text === 'string' ? text : Buffer.from(text).toString();
    },
    stderr: () => undefined,
    stdin: () => input,
    env: {[sandboxVariable]: lab.dir},
    now: () => new Date(),
  });
  return {exitCode, stdout};
};

const list = async (lab: Lab, ...argv: readonly string[]): Promise<string> =>
  (await lab.appcmd('list', ...argv)).stdout;

describe('a list that is passed on', () => {
  test('stops every pool that it names, one after the other', async () => {
    const lab = await makeLab();
    const pools = ['MSExchangeECPAppPool', 'MSExchangeOWAAppPool'];
    const input = `<appcmd>${pools.map((name) => `<APPPOOL APPPOOL.NAME="${name}" />`).join('')}</appcmd>`;
    expect(await pipe(lab, input, 'stop', 'apppool', '/in')).toEqual({
      exitCode: 0,
      stdout: pools.map((name) => `"${name}" successfully stopped\r\n`).join(''),
    });
    for (const name of pools) expect(await lab.server.appPoolState(name)).toBe('Stopped');
  });

  test('sets an attribute of all objects that a filter has found', async () => {
    const lab = await makeLab();
    const input = await list(lab, 'apppool', '/autoStart:true', '/xml');
    const count = input.match(/<APPPOOL /g)?.length ?? 0;
    expect(count).toBeGreaterThan(1);
    expect((await pipe(lab, input, 'set', 'apppool', '/in', '/autoStart:false')).exitCode).toBe(0);
    expect(lab.read(applicationHost).match(/autoStart="false"/g)).toHaveLength(count);
  });

  test('of sites gives their applications', async () => {
    const lab = await makeLab();
    const input = await list(lab, 'site', 'Exchange Back End', '/xml');
    const {stdout} = await pipe(lab, input, 'list', 'app', '-');
    expect(stdout).toBe(await list(lab, 'app', '/SITE.NAME:Exchange Back End'));
    expect(stdout).toContain('APP "Exchange Back End/');
  });

  test('with its configuration makes the same objects again', async () => {
    const lab = await makeLab();
    const input = await list(lab, 'apppool', 'MSExchangeECPAppPool', '/config', '/xml');
    await lab.appcmd('delete', 'apppool', 'MSExchangeECPAppPool');
    expect(await pipe(lab, input, 'add', 'apppool', '/in')).toMatchObject({exitCode: 0});
    expect(await list(lab, 'apppool', 'MSExchangeECPAppPool', '/config', '/xml')).toBe(input);
    expect((await pipe(lab, input, 'add', 'apppool', '/in')).exitCode).toBe(183);
  });

  test.each([
    ['no list', 'nonsense'],
    ['another document', '<configuration />'],
    ['nothing', ''],
  ])('that is %s fails, and nothing is changed', async (_, input) => {
    const lab = await makeLab();
    const before = lab.bytes(applicationHost);
    expect((await pipe(lab, input, 'delete', 'apppool', '/in')).exitCode).not.toBe(0);
    expect(lab.bytes(applicationHost)).toEqual(before);
  });

  test('is read from standard input by the program itself', async () => {
    const lab = await makeLab();
    const program = join(import.meta.dirname, '../../src/server/sandbox/bin/appcmd.ts');
    const {stdout} = spawnSync(process.execPath, [program, 'stop', 'apppool', '/in'], {
      env: {...process.env, [sandboxVariable]: lab.dir},
      input: '<appcmd><APPPOOL APPPOOL.NAME="MSExchangeECPAppPool" /></appcmd>',
      encoding: 'utf8',
    });
    expect(stdout).toBe('"MSExchangeECPAppPool" successfully stopped\r\n');
  });
});
