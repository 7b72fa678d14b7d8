import {chmod, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {commandChannel} from '../../../src/agent/report/notify/command.ts';
import {notificationSettings} from '../../../src/operations/settings/notification.ts';
import {runProgram} from '../../../src/server/run-program.ts';
import {testFolder} from '../../support/lab.ts';
import {planWaiting} from './notice.ts';

/* Real processes. */

let folder: string;
beforeEach(async () => {
  folder = await testFolder();
});

const send = (run: readonly string[], timeout = '30s'): Promise<void> => {
  const [settings] = notificationSettings.parse({commands: [{name: 'pager', run, timeout}]}).commands ?? [];
  if (!settings) throw new Error('no command');
  return commandChannel(settings, runProgram).send(planWaiting());
};

const script = async (text: string): Promise<string> => {
  const file = join(folder, 'script.mjs');
  await writeFile(file, text);
  await chmod(file, 0o700);
  return file;
};

describe('a command', () => {
  test('gets the message as JSON on standard input, and its arguments as they are', async () => {
    const out = join(folder, 'out.json');
    const file = await script(
      `import {readFileSync, writeFileSync} from 'node:fs';
       writeFileSync(process.argv[2], JSON.stringify({argv: process.argv.slice(3), input: readFileSync(0, 'utf8')}));`,
    );
    const argv = ['$(touch /tmp/never)', 'a b', '"', '%PATH%', ''];
    await send([process.execPath, file, out, ...argv]);
    const {argv: got, input} = JSON.parse(await readFile(out, 'utf8'));
    expect(got).toEqual(argv);
    expect(JSON.parse(input)).toMatchObject({formatVersion: 1, kind: 'plan-waiting', data: {ids: ['M1']}});
  });

  test('that does not read its input has taken the message all the same', async () => {
    await send([process.execPath, '-e', '0']);
  });

  test('that ends with another code has not, and its words are the reason', async () => {
    const file = await script(`console.error('pager is off; password=hunter2'); process.exitCode = 7;`);
    const sent = send([process.execPath, file]);
    await expect(sent).rejects.toThrow(/ended with 7: pager is off/);
    await expect(sent).rejects.not.toThrow('hunter2');
  });

  test('that hangs is ended', async () => {
    const file = await script(
      `import {writeFileSync} from 'node:fs'; writeFileSync(process.argv[2], String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const pidFile = join(folder, 'pid');
    await expect(send([process.execPath, file, pidFile], '2s')).rejects.toThrow('did not end within 2 seconds');
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('that leaves something behind has taken the message when it ends itself', async () => {
    const file = await script(
      `import {spawn} from 'node:child_process'; import {writeFileSync} from 'node:fs';
       const left = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], {stdio: 'inherit', detached: true});
       writeFileSync(process.argv[2], String(left.pid)); left.unref();`,
    );
    const pidFile = join(folder, 'pid');
    await send([process.execPath, file, pidFile]);
    // It is there still: nothing has waited for it, and to kill what has gone is an error.
    process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
  });

  test('that has much to say has it dropped, and is not ended for it', async () => {
    await send([process.execPath, '-e', 'process.stderr.write("x".repeat(3_000_000))']);
  });

  test('that is no program is not handed to a shell', async () => {
    const file = join(folder, 'words.txt');
    await writeFile(file, 'exit 0');
    await expect(send([file])).rejects.toThrow('cannot be started: EACCES');
  });

  test('that is not there says so', async () => {
    await expect(send([join(folder, 'nowhere')])).rejects.toThrow('cannot be started: ENOENT');
  });
});

test.each([['notify.exe'], ['./notify'], ['C:\\tools\\notify.cmd'], ['C:\\tools\\notify.BAT']])(
  'settings that name %s are refused: no search path, no shell',
  (file) => expect(() => notificationSettings.parse({commands: [{name: 'a', run: [file]}]})).toThrow(),
);

test.each([['C:\\tools\\notify.exe'], ['\\\\server\\share\\notify.exe'], ['/usr/bin/notify']])(
  '%s is a program',
  (file) =>
    expect(notificationSettings.parse({commands: [{name: 'a', run: [file]}]}).commands?.[0]?.run).toEqual([file]),
);
