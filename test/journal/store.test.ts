import {appendFile, chmod, mkdir, readFile, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import * as z from 'zod';
import {backupReference} from '../../src/journal/backup.ts';
import {type JournalEvent, journalLine} from '../../src/journal/model.ts';
import {openStore} from '../../src/journal/store.ts';
import {fixedClock} from '../../src/kit/clock.ts';
import {posixGuard} from '../../src/kit/folder-guard.ts';
import {sha256} from '../../src/kit/hash.ts';
import {stateFolder} from '../support/run.ts';

const clock = fixedClock('2026-11-22T02:00:00Z');
const intended: JournalEvent = {type: 'step.intended', step: 'a'};

const opened = async () => {
  const folder = await stateFolder();
  return {folder, store: await openStore(folder, posixGuard)};
};

describe('the state folder', () => {
  test.skipIf(process.platform === 'win32')('is made for its owner alone, and so is everything in it', async () => {
    const folder = join(await stateFolder(), 'deep', 'state');
    const journal = await (await openStore(folder, posixGuard)).create({clock});
    const digest = await journal.backUp(Buffer.from('secret'));
    await journal.append(intended);
    await journal.close();
    for (const path of [
      '.',
      'runs',
      'runs/r1',
      'runs/r1/backup',
      `runs/r1/backup/${digest}`,
      'runs/r1/journal.jsonl',
    ]) {
      expect((await stat(join(folder, path))).mode & 0o077, path).toBe(0);
    }
  });

  test.skipIf(process.platform === 'win32').each([0o750, 0o705, 0o701, 0o770, 0o755])(
    'that others can read is refused (%o)',
    async (mode) => {
      const folder = await stateFolder();
      await chmod(folder, mode);
      await expect(openStore(folder, posixGuard)).rejects.toMatchObject({
        code: 'STATE.READABLE_BY_OTHERS',
        exitCode: 3,
      });
    },
  );
});

describe('the runs of a state folder', () => {
  test('are numbered on, past gaps and beyond nine', async () => {
    const {folder, store} = await opened();
    for (const id of ['r2', 'r10', 'not-a-run', 'r01']) await mkdir(join(folder, 'runs', id));
    const journal = await store.create({clock});
    await journal.close();
    expect(journal.runId).toBe('r11');
    expect(await store.runIds()).toEqual(['r2', 'r10', 'r11']);
  });

  test('that were never begun have no lines', async () => {
    const {folder, store} = await opened();
    await mkdir(join(folder, 'runs', 'r1'));
    expect(await store.read('r1')).toEqual({runId: 'r1', lines: [], torn: 0});
  });

  test.each(['r9', '../../etc', 'r1/..', ''])('refuse the name %j of a run that there is not', async (name) => {
    const {store} = await opened();
    await expect(store.read(name)).rejects.toMatchObject({code: 'JOURNAL.NO_SUCH_RUN'});
  });

  test('continue one chain over several openings', async () => {
    const {store} = await opened();
    const first = await store.create({clock});
    await first.append(intended);
    await first.close();
    const second = await store.reopen('r1', {clock});
    await second.append({type: 'step.done', step: 'a', notes: []});
    await second.close();
    expect((await store.read('r1')).lines.map(({seq, type}) => [seq, type])).toEqual([
      [1, 'step.intended'],
      [2, 'step.done'],
    ]);
  });

  test('lose a torn last line when they are continued, and are whole again', async () => {
    const {folder, store} = await opened();
    const first = await store.create({clock});
    await first.append(intended);
    await first.append({type: 'step.done', step: 'a', notes: ['ä']});
    await first.close();
    const file = join(folder, 'runs', 'r1', 'journal.jsonl');
    await truncate(file, (await stat(file)).size - 10);
    expect(await store.read('r1')).toMatchObject({lines: [{type: 'step.intended'}], torn: expect.any(Number)});
    const second = await store.reopen('r1', {clock});
    await second.append({type: 'step.done', step: 'a', notes: ['b']});
    await second.close();
    expect(await store.read('r1')).toMatchObject({torn: 0, lines: [{seq: 1}, {seq: 2, notes: ['b']}]});
  });

  test('tell each event after it is on the disk', async () => {
    const {folder, store} = await opened();
    const seen: string[] = [];
    const file = join(folder, 'runs', 'r1', 'journal.jsonl');
    const {readFileSync} = await import('node:fs');
    const onEvent = (event: JournalEvent) => {
      expect(readFileSync(file, 'utf8')).toContain(event.type);
      seen.push(event.type);
    };
    const journal = await store.create({clock, onEvent});
    await journal.append(intended);
    await journal.close();
    expect(seen).toEqual(['step.intended']);
  });

  test('can no longer be appended to after a write that failed', async () => {
    const {store} = await opened();
    const journal = await store.create({clock});
    await journal.append(intended);
    await journal.close();
    const failed = {code: 'JOURNAL.WRITE_FAILED', exitCode: 5};
    await expect(journal.append(intended)).rejects.toMatchObject(failed);
    await expect(journal.append(intended)).rejects.toMatchObject(failed);
    expect((await store.read('r1')).lines).toHaveLength(1);
  });

  test('refuse all when one of them is damaged', async () => {
    const {folder, store} = await opened();
    for (const _ of [1, 2]) {
      const journal = await store.create({clock});
      await journal.append(intended);
      await journal.close();
    }
    await appendFile(join(folder, 'runs', 'r1', 'journal.jsonl'), '{}\n');
    await expect(store.readAll()).rejects.toMatchObject({code: 'JOURNAL.DAMAGED', where: {line: 2}});
    expect((await store.read('r2')).lines).toHaveLength(1);
  });
});

describe('a backup', () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x3c, 0x00, 0xff, 0x0d, 0x0a, 0x20]);

  test('holds the bytes under their own hash and gives them back', async () => {
    const {folder, store} = await opened();
    const journal = await store.create({clock});
    const digest = await journal.backUp(bytes);
    expect(digest).toBe(sha256(bytes));
    expect(await readFile(join(folder, 'runs', 'r1', 'backup', digest))).toEqual(bytes);
    expect(Buffer.from(await journal.readBackup(backupReference('r1', digest)))).toEqual(bytes);
    expect(Buffer.from(await journal.readBackup(backupReference('this', digest)))).toEqual(bytes);
    await journal.close();
  });

  test('that is not what was saved is refused', async () => {
    const {folder, store} = await opened();
    const journal = await store.create({clock});
    const digest = await journal.backUp(bytes);
    await writeFile(join(folder, 'runs', 'r1', 'backup', digest), 'other');
    await expect(journal.readBackup(`r1/${digest}`)).rejects.toMatchObject({code: 'JOURNAL.BACKUP_DAMAGED'});
    await rm(join(folder, 'runs', 'r1', 'backup', digest));
    await expect(journal.readBackup(`r1/${digest}`)).rejects.toMatchObject({code: 'JOURNAL.BACKUP_MISSING'});
    await journal.close();
  });

  test.each(['../../etc/passwd', 'r1/../../x', `r1/backup/${'0'.repeat(64)}`, `r0/${'0'.repeat(64)}`, ''])(
    'is never looked for at %j',
    async (reference) => {
      const {store} = await opened();
      const journal = await store.create({clock});
      await expect(journal.readBackup(reference)).rejects.toMatchObject({code: 'JOURNAL.BACKUP_MISSING'});
      await journal.close();
    },
  );
});

test('the lines of a journal have a JSON schema', () => {
  const schema = JSON.stringify(z.toJSONSchema(journalLine));
  for (const option of journalLine.options) expect(schema).toContain(option.shape.type.value);
});
