import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Happening} from '../../../src/agent/happening.ts';
import {logFolder, openReports} from '../../../src/agent/report/listeners.ts';
import {outboxFolder} from '../../../src/agent/report/notify/outbox.ts';
import {type NotificationSettings, notificationSettings} from '../../../src/operations/settings/notification.ts';
import {runProgram} from '../../../src/server/run-program.ts';
import {testFolder} from '../../support/lab.ts';

/* All of it together, as an agent has it: real files, real processes. */

const at = '2026-11-22T03:00:00.000Z';
const applied: Happening = {is: 'applied', ids: ['M1'], planId: 'a'.repeat(64), run: 'r1'};

const setUp = async () => {
  const stateDir = await testFolder();
  const trouble: string[] = [];
  /** What the settings say at the moment. */
  const now: {notification: NotificationSettings | undefined} = {notification: undefined};
  const open = () => {
    const reports = openReports({
      stateDir,
      settings: async () => ({...now, diagnostics: undefined, proxy: undefined}),
      env: {},
      now: () => new Date(),
      runProgram,
      collectDiagnostics: async () => ({formatVersion: 1}),
      onTrouble: (message) => trouble.push(message),
    });
    onTestFinished(() => reports.close());
    const tell = async (what: Happening): Promise<readonly string[]> => {
      const results = await Promise.allSettled(reports.listeners.map((one) => one.tell({at, host: 'EX01', what})));
      return results.flatMap((result, index) =>
        result.status === 'rejected' ? [`${reports.listeners[index]?.name}: ${result.reason}`] : [],
      );
    };
    return {...reports, tell};
  };
  const inbox = join(stateDir, 'inbox');
  const program = join(stateDir, 'take.mjs');
  await writeFile(
    program,
    `import {appendFileSync, readFileSync} from 'node:fs'; appendFileSync(process.argv[2], JSON.parse(readFileSync(0)).subject + '\\n');`,
  );
  const command = notificationSettings.parse({commands: [{name: 'inbox', run: [process.execPath, program, inbox]}]});
  const received = async () => (await readFile(inbox, 'utf8').catch(() => '')).trimEnd().split('\n').filter(Boolean);
  return {stateDir, trouble, now, open, command, received};
};

test('one happening comes to the event log, both files and whom the settings name', async () => {
  const {stateDir, trouble, now, open, command, received} = await setUp();
  now.notification = command;
  const {listeners, tell, close} = open();
  expect(listeners.map(({name}) => name)).toEqual([
    'event log',
    'mitigation log',
    'JSON log',
    'notification',
    'diagnostics',
  ]);
  expect(await tell(applied)).toEqual([]);
  await expect.poll(received, {timeout: 10_000}).toEqual(['[stopgap EX01] M1 applied (r1)']);
  await close();
  const entries = await readdir(logFolder(stateDir), {recursive: true});
  const files = entries.filter((name) => /\.(?:log|jsonl)$/.test(name));
  expect(files).toHaveLength(3);
  expect(files.join()).toMatch(/json\/agent\.\d{4}-\d\d-\d\d\.1\.jsonl/);
  for (const file of files) {
    expect(await readFile(join(logFolder(stateDir), file), 'utf8'), file).toContain(
      'M1 applied and read back by run r1',
    );
  }
  expect(trouble).toEqual([]);
});

test('who is told may change while the agent runs', async () => {
  const {now, open, command, received} = await setUp();
  const {tell} = open();
  await tell(applied);
  now.notification = command;
  await tell({...applied, run: 'r2'});
  await expect.poll(received, {timeout: 10_000}).toEqual(['[stopgap EX01] M1 applied (r2)']);
});

test('what the agent before could not deliver goes out when the next one starts', async () => {
  const {stateDir, now, open, command, received} = await setUp();
  now.notification = notificationSettings.parse({commands: [{name: 'inbox', run: ['/nowhere/at-all']}]});
  const first = open();
  await first.tell(applied);
  await first.close();
  // The pause after the first attempt is over.
  const [name = ''] = (await readdir(outboxFolder(stateDir))).filter((file) => file !== 'said.json');
  const file = join(outboxFolder(stateDir), name);
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"nextAt":"[^"]*"/, `"nextAt":"${at}"`));
  now.notification = command;
  await open().tell({is: 'stopped', reason: 'the service was stopped'});
  await expect.poll(received, {timeout: 10_000}).toEqual(['[stopgap EX01] M1 applied (r1)']);
});

test('a process that tells nothing opens nothing', async () => {
  const {stateDir, now, open, command} = await setUp();
  now.notification = command;
  const before = await readdir(stateDir);
  await open().close();
  expect(await readdir(stateDir)).toEqual(before);
});

test('a log folder that somebody replaced by a file costs the logs, and nobody else', async () => {
  const {stateDir, now, open, command, received} = await setUp();
  now.notification = command;
  const {tell} = open();
  await rm(logFolder(stateDir), {recursive: true, force: true});
  await writeFile(logFolder(stateDir), '');
  const failed = await tell(applied);
  expect(failed.map((line) => line.split(':')[0])).toEqual(['event log', 'mitigation log', 'JSON log']);
  await expect.poll(received, {timeout: 10_000}).toEqual(['[stopgap EX01] M1 applied (r1)']);
  await rm(logFolder(stateDir));
  expect(await tell({...applied, run: 'r2'})).toEqual([]);
});
