import {existsSync} from 'node:fs';
import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {commandsFor} from '../../src/cli/commands.ts';
import {parseArgs} from '../../src/cli/parse-args.ts';
import {runCli} from '../../src/cli/run-cli.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {fixture, testFolder} from '../support/lab.ts';
import {signing} from '../support/test-authority.ts';

/* docs/from-eems.md leads people who are in a hurry: what it tells them to type has to be there, and to work. */

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/from-eems.md'), 'utf8');

/** The words of a command line as cmd.exe and a POSIX shell read these. */
const argvOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].slice(1).map(([, quoted, plain]) => quoted ?? plain ?? '');

const recipes = [...page.matchAll(/^```\n(.*?)^```/gms)].map(([, text]) => (text ?? '').trim().split('\n'));
const inText = [...page.replaceAll(/^```.*?^```/gms, '').matchAll(/`(stopgap [^`]+)`/g)].map(([, line]) => line ?? '');

test('the page has commands in its tables and in its recipes', () => {
  expect(inText.length).toBeGreaterThan(20);
  expect(recipes.flat().every((line) => line.startsWith('stopgap '))).toBe(true);
});

test.each([...new Set(inText)])('%s is a command line that is understood', async (line) => {
  const argv = argvOf(line);
  const parsed = await parseArgs(argv, await commandsFor(argv), 100);
  expect(parsed.kind).toBe('run');
});

describe('the recipes', () => {
  test('work on a server, one after the other', async () => {
    const cwd = await testFolder();
    const stateDir = join(cwd, 'lab/.stopgap/state');
    const env: Record<string, string> = {};
    const said: string[] = [];
    const stopgap = async (...argv: readonly string[]): Promise<number> => {
      said.length = 0;
      const output = {write: (text: string) => said.push(text)};
      return runCli([...argv], {stdout: output, stderr: output, now: () => new Date(), cwd, env});
    };
    await createSandbox(join(cwd, 'lab'), {from: fixture('exchange2019-cu12')});
    await stopgap('feed', 'make-test-ca', 'ca');
    await stopgap('feed', 'build', join(root, 'plans/PING1.yaml'), '--serial', '1', '-o', 'unsigned.xml');
    await stopgap(...signing('unsigned.xml', 'feed.xml'));
    await mkdir(join(stateDir, 'trust'), {recursive: true, mode: 0o700});
    await copyFile(join(cwd, 'ca/profile.yaml'), join(stateDir, 'trust/trial.yaml'));
    await copyFile(join(cwd, 'ca/ca.pem'), join(stateDir, 'trust/ca.pem'));
    await writeFile(join(stateDir, 'settings.yaml'), `agent: {feed: ${join(cwd, 'feed.xml')}}\n`);

    for (const line of recipes.flat()) {
      const exitCode = await stopgap(...argvOf(line), '--server', 'sandbox:lab');
      // The page says it: no service and no pool is stopped on this server.
      if (line.startsWith('stopgap prepare-upgrade')) expect(said.join('')).toContain('UPGRADE.NOTHING_TO_LIFT');
      else expect(exitCode, `${line}\n${said.join('')}`).toBe(0);
    }
    expect(existsSync(join(cwd, 'plan.html'))).toBe(true);
    await stopgap('log', '--json', '--server', 'sandbox:lab');
    const did = said
      .join('')
      .trimEnd()
      .split('\n')
      .map((entry) => JSON.parse(entry).did);
    expect(did).toEqual(['apply', 'rollback', 'block', 'unblock', 'set']);
  }, 180_000);
});
