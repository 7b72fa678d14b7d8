import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {runCli} from '../../src/cli/run-cli.ts';

/*
 * A whole change on a simulated Exchange server, in a folder that is removed again: see the attack go through, read the plan, apply
 * it, see the attack end, take it back. Every line is a command that can be typed.
 */

const fixture = join(import.meta.dirname, '../../fixtures/iis/servers/exchange2019-cu12');
const attack = '/autodiscover/autodiscover.json?@a.b/powershell';
const server = ['--server', 'sandbox:lab'];

interface Scene {
  readonly says: string;
  readonly argv: readonly string[];
}

export const scenes: readonly Scene[] = [
  {says: 'A simulated server, Exchange 2019 CU12', argv: ['sandbox', 'create', 'lab', '--from', fixture]},
  {says: 'The request of ProxyNotShell reaches Exchange', argv: ['sandbox', 'request', 'lab', attack]},
  {
    says: 'The dry run: what would be done, and how it would be taken back',
    argv: ['plan', 'M1', ...server, '-o', 'plan.json'],
  },
  {says: 'The change, outside of a window on purpose', argv: ['apply', 'plan.json', '--now', ...server]},
  {says: 'The same request is cut off', argv: ['sandbox', 'request', 'lab', attack]},
  {says: 'The way back', argv: ['rollback', 'M1', ...server]},
  {says: 'The request goes through again', argv: ['sandbox', 'request', 'lab', attack]},
];

const webConfig = 'C/inetpub/wwwroot/web.config';

/** Plays the scenes in a folder of its own. Resolves with whether the file that was changed is what it was, byte for byte. */
export const playDemo = async (write: (text: string) => void): Promise<boolean> => {
  const cwd = await mkdtemp(join(tmpdir(), 'stopgap-demo-'));
  try {
    for (const {says, argv} of scenes) {
      write(`\n# ${says}\n$ stopgap ${argv.map(quoted).join(' ')}\n`);
      const output = {write, columns: 110};
      const exitCode = await runCli(argv, {stdout: output, stderr: output, now: () => new Date(), cwd, env: {}});
      if (exitCode !== 0) throw new Error(`stopgap ${argv[0]} ended with exit code ${exitCode}`);
    }
    const [before, after] = await Promise.all([
      readFile(join(fixture, webConfig)),
      readFile(join(cwd, 'lab', webConfig)),
    ]);
    return before.equals(after);
  } finally {
    await rm(cwd, {recursive: true, force: true});
  }
};

const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`);

if (process.argv[1] === import.meta.filename) {
  const restored = await playDemo((text) => process.stdout.write(text));
  console.log(`\n# ${webConfig} is ${restored ? 'what it was before, byte for byte' : 'NOT what it was before'}`);
  if (!restored) process.exitCode = 1;
}
