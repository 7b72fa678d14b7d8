import {mkdir, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import type {Occurrence} from '../../../src/agent/happening.ts';
import {emLog} from '../../../src/agent/report/em-log.ts';
import {openJsonLog} from '../../../src/agent/report/json-log.ts';
import {testFolder} from '../../support/lab.ts';

const stopped = (at: string, reason = 'the service was stopped'): Occurrence => ({
  at,
  host: 'EX01',
  what: {is: 'stopped', reason},
});
const day = (number: number): string => new Date(Date.UTC(2026, 9, number, 3)).toISOString();

describe('the log in the style of the EM service', () => {
  test('a file a day, with a head, and the line as there', async () => {
    const folder = await testFolder();
    const log = emLog(folder);
    await log.tell(stopped(day(1)));
    await log.tell({
      at: day(1),
      host: 'EX01',
      what: {is: 'feed-failed', source: 'https://f', code: 'FEED.X', message: "it's bad", inARow: 1, lastSuccess: null},
    });
    await log.tell(stopped(day(2)));
    expect(await readdir(folder)).toEqual(['stopgap-mitigation-20261001.log', 'stopgap-mitigation-20261002.log']);
    const lines = (await readFile(join(folder, 'stopgap-mitigation-20261001.log'), 'utf8')).trimEnd().split('\n');
    expect(lines.slice(1)).toEqual([
      '#Date: 2026-10-01T03:00:00.000Z',
      '#Fields: date-time,server,component,data',
      '2026-10-01T03:00:00.000Z,EX01,Agent,S:LogLevel=Information;S:Message=The agent has stopped: the service was stopped.',
      "2026-10-01T03:00:00.000Z,EX01,FetchMitigation,S:LogLevel=Error;'S:Message=The feed of https://f was not accepted (FEED.X): it''s bad. This check failed; none has worked so far. What is applied stays as it is.'; S:Source=FEED.X",
    ]);
    expect(lines[0]).toMatch(/^#Software: stopgap \d/);
  });

  test('30 days are kept, and files of others are left alone', async () => {
    const folder = await testFolder();
    await writeFile(join(folder, 'stopgap-mitigation-notes.log'), '');
    await writeFile(join(folder, 'other-20200101.log'), '');
    const log = emLog(folder);
    for (let number = 1; number <= 40; number++) await log.tell(stopped(day(number)));
    const names = await readdir(folder);
    expect(names.filter((name) => /^stopgap-mitigation-\d/.test(name))).toHaveLength(30);
    expect(names).toContain('stopgap-mitigation-20261011.log');
    expect(names).not.toContain('stopgap-mitigation-20261010.log');
    expect(names).toEqual(expect.arrayContaining(['stopgap-mitigation-notes.log', 'other-20200101.log']));
  });

  test('a restart in the middle of a day goes on in the same file, with one head', async () => {
    const folder = await testFolder();
    await emLog(folder).tell(stopped(day(1), 'one'));
    await emLog(folder).tell(stopped(day(1), 'two'));
    const text = await readFile(join(folder, 'stopgap-mitigation-20261001.log'), 'utf8');
    expect(text.match(/#Software/g)).toHaveLength(1);
    expect(text).toMatch(/one[\s\S]*two/);
  });

  test('a full disk rejects the line, and the next one is written when there is room', async () => {
    const folder = await testFolder();
    const file = join(folder, 'stopgap-mitigation-20261001.log');
    await symlink('/dev/full', file);
    const log = emLog(folder);
    await expect(log.tell(stopped(day(1), 'lost'))).rejects.toThrow('ENOSPC');
    await rm(file);
    await log.tell(stopped(day(1), 'kept'));
    expect(await readFile(file, 'utf8')).toContain('kept');
  });
});

describe('the JSON log', () => {
  const trouble: string[] = [];
  const onTrouble = (message: string): void => void trouble.push(message);

  test('has each happening with its data, and no secret', async () => {
    const folder = await testFolder();
    const log = await openJsonLog(folder, {onTrouble});
    await log.tell(stopped(day(1), 'password="hunter2"'));
    await log.close();
    const [name = ''] = await readdir(folder);
    expect(name).toMatch(/^agent\.\d{4}-\d\d-\d\d\.1\.jsonl$/);
    const text = await readFile(join(folder, name), 'utf8');
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({level: 'info', time: day(1), host: 'EX01', what: {is: 'stopped'}});
  });

  test('begins a new file when one is full, and keeps so many', async () => {
    const folder = await testFolder();
    const log = await openJsonLog(folder, {onTrouble, size: '2k', keep: 2});
    for (let count = 0; count < 100; count++) {
      await log.tell(stopped(day(1), `number ${count}`));
      // A file is changed when its last write has ended.
      await sleep(2);
    }
    await log.close();
    const names = (await readdir(folder)).toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}));
    expect(names.length).toBeGreaterThan(1);
    expect(names.length).toBeLessThanOrEqual(3);
    expect(await readFile(join(folder, names.at(-1) ?? ''), 'utf8')).toContain('number 99');
  });

  test('that cannot be written says so and does not end the process', async () => {
    const folder = await testFolder();
    const today = new Date();
    const local = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((n) => String(n).padStart(2, '0'));
    await symlink('/dev/full', join(folder, `agent.${local.join('-')}.1.jsonl`));
    trouble.length = 0;
    const log = await openJsonLog(folder, {onTrouble});
    await log.tell(stopped(day(1)));
    await expect.poll(() => trouble.join()).toContain('ENOSPC');
    await log.tell(stopped(day(1)));
    await log.close();
  });

  test('whose place is taken by a folder says so too', async () => {
    const folder = await testFolder();
    const today = new Date();
    const local = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((n) => String(n).padStart(2, '0'));
    await mkdir(join(folder, `agent.${local.join('-')}.1.jsonl`));
    trouble.length = 0;
    const log = await openJsonLog(folder, {onTrouble});
    await log.tell(stopped(day(1)));
    await expect.poll(() => trouble.join()).toContain('EISDIR');
    await log.close();
  });
});
