import {chmod, mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openEntries, requireClosedInside} from '../../src/journal/state-folder.ts';
import {type FolderGuard, posixGuard} from '../../src/kit/folder-guard.ts';
import {openState, readState} from '../../src/operations/state.ts';
import {fixture, makeLab} from '../support/lab.ts';
import {stateFolder} from '../support/run.ts';

/** A folder as stopgap leaves it, closed all the way down. */
const filled = async (): Promise<string> => {
  const folder = await stateFolder();
  await mkdir(join(folder, 'runs', 'r1', 'backup'), {recursive: true, mode: 0o700});
  await mkdir(join(folder, 'trust'), {mode: 0o700});
  const files = ['settings.yaml', 'trust/own.yaml', 'runs/r1/journal.jsonl', 'runs/r1/backup/abc'];
  for (const file of files) await writeFile(join(folder, file), '', {mode: 0o600});
  return folder;
};

describe.skipIf(process.platform === 'win32')('what lies in a closed state folder', () => {
  test('is fine as stopgap leaves it, and where a person may read it', async () => {
    const folder = await filled();
    await chmod(join(folder, 'settings.yaml'), 0o644);
    await chmod(join(folder, 'trust'), 0o755);
    expect(await openEntries(folder, posixGuard)).toEqual([]);
  });

  test.each(['settings.yaml', 'trust', 'trust/own.yaml', 'runs', 'runs/r1', 'runs/r1/journal.jsonl', 'runs/r1/backup'])(
    'is refused where others can write %s, with its name and what to run',
    async (name) => {
      const folder = await filled();
      const entry = join(folder, name);
      await chmod(entry, 0o702);
      expect(await openEntries(folder, posixGuard)).toEqual([{entry, others: ['everybody']}]);
      await expect(requireClosedInside(folder, posixGuard)).rejects.toMatchObject({
        code: 'STATE.ENTRY_OPEN',
        exitCode: 3,
        message: `The state folder is closed, and yet ${entry} can be changed by everybody.`,
        where: {file: entry},
        next: [{label: expect.stringContaining('nobody else wrote'), command: `chmod -R go-w '${folder}'`}],
      });
    },
  );

  test('is named once, with the number of the others', async () => {
    const folder = await filled();
    for (const name of ['settings.yaml', 'trust/own.yaml', 'runs']) await chmod(join(folder, name), 0o777);
    await expect(requireClosedInside(folder, posixGuard)).rejects.toThrow(/everybody, and 2 more\.$/);
  });

  test('may go while it is looked at', async () => {
    const folder = await filled();
    await symlink('/nowhere', join(folder, 'gone'));
    const hasty: FolderGuard = {...posixGuard, othersWhoChange: (entry) => posixGuard.othersWhoChange(`${entry}x`)};
    expect(await openEntries(folder, hasty)).toEqual([]);
    expect(await openEntries(folder, posixGuard)).toEqual([]);
  });

  test('decides nothing: whoever changes a server is refused, whoever reads is not', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    await lab.applied(await lab.plan(['M1']));
    const plan = await lab.plan(['M2']);
    const tree = await lab.tree();
    await chmod(join(lab.stateDir, 'runs', 'r1', 'journal.jsonl'), 0o666);
    for (const change of [() => lab.apply(plan), () => lab.rollBack(), () => lab.recover()])
      await expect(change()).rejects.toMatchObject({code: 'STATE.ENTRY_OPEN'});
    await expect(openState(lab.stateDir)).rejects.toMatchObject({code: 'STATE.ENTRY_OPEN'});
    expect((await readState(lab.stateDir)).runs).toHaveLength(1);
    expect(await lab.tree()).toEqual(tree);
  });
});
