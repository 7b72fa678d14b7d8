import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/*
 * The main job on the built-in sandbox. Every line but the headings is printed by a process whose command stands above
 * it; nothing is left behind.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stopgap-demo-'));
const here = (name: string): string => join(folder, name);
const server = ['--server', `sandbox:${here('server')}`];
const trust = ['--profile', here('ca/profile.yaml')];
const attack = 'https://mail.example/autodiscover/autodiscover.json?@evil.example/powershell/';

// Sixteen short processes compile the same modules: they may share the result, in the folder that goes away again.
const env = {...process.env, NODE_COMPILE_CACHE: here('.compiled')};

const shown = (words: readonly string[]): string =>
  words
    .map((word) => (/[\s'"?&]/.test(word) ? `'${word}'` : word))
    .join(' ')
    .replaceAll(folder, '$DEMO');

const heading = (text: string): void => {
  process.stdout.write(`\n── ${text} ${'─'.repeat(Math.max(3, 92 - text.length))}\n`);
};

/** Runs a program under the name that a person would type, and stops the demo where it fails. */
const run = (
  name: string,
  file: string,
  {args, before = []}: {args: readonly string[]; before?: readonly string[]},
): void => {
  process.stdout.write(`\n$ ${shown([name, ...args])}\n`);
  const {status} = spawnSync(file, [...before, ...args], {stdio: ['ignore', 'inherit', 'inherit'], cwd: root, env});
  if (status !== 0) throw new Error(`exit code ${status}: ${name} ${args.join(' ')}`);
};

const stopgap = (...args: readonly string[]): void =>
  run('stopgap', process.execPath, {args, before: [join(root, 'src/cli/main.ts')]});

const tree = join(root, 'fixtures/iis/servers/exchange2019-cu12');

try {
  heading('A feed of two mitigations, signed by a throw-away authority');
  stopgap('feed', 'make-test-ca', here('ca'));
  stopgap('feed', 'build', 'plans/M1.yaml', 'plans/M2.yaml', '--serial', '1', '-o', here('feed.xml'));
  stopgap(
    'feed',
    'sign',
    here('feed.xml'),
    '--key',
    here('ca/signer.key.pem'),
    '--chain',
    here('ca/signer.pem'),
    '-o',
    here('signed.xml'),
  );

  heading('Where does it come from?');
  stopgap('feed', 'verify', here('signed.xml'), ...trust);

  heading('An Exchange 2019 server, simulated in a folder, and an attack that reaches it');
  stopgap('sandbox', 'create', here('server'), '--from', tree);
  stopgap('sandbox', 'request', here('server'), attack);

  heading('The dry run: what would change, and what stops working');
  stopgap('plan', here('signed.xml'), ...trust, ...server, '-o', here('plan.json'));

  heading('Apply it inside of the change window');
  stopgap('apply', here('plan.json'), '--now', '--reason', 'demo', ...trust, ...server);

  heading('Is it active? The attack is cut off, the calendar still loads');
  stopgap('sandbox', 'request', here('server'), attack);
  stopgap('sandbox', 'request', here('server'), 'https://mail.example/owa/Calendar/');
  stopgap('status', ...server);

  heading('A cumulative update replaces the web.config files, as they do');
  stopgap('sandbox', 'cu', here('server'), '--build', '15.2.1258.12');
  stopgap('status', ...server);

  heading('Take everything back');
  stopgap('rollback', '--all', ...server);

  heading('Byte for byte what it was: diff finds nothing to print');
  run('diff', 'diff', {args: ['-r', join(tree, 'C'), join(here('server'), 'C')]});
} finally {
  rmSync(folder, {recursive: true, force: true});
}
