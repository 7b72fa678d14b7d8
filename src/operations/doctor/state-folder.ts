import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {openEntries, spokenEntries} from '../../journal/state-folder.ts';
import {folderGuard} from '../../kit/folder-guard.ts';
import type {NextStep} from '../../kit/refusal.ts';
import {isMissing} from '../../kit/system-error.ts';
import {bad, type Diagnosis, good} from './diagnosis.ts';
import {question} from './question.ts';

export interface StateFolderSeen {
  readonly folder: string;
  readonly is: 'missing' | 'folder' | 'file';
  /** Who else can get in. */
  readonly others: readonly string[];
  readonly writable: boolean;
  readonly advice: NextStep;
  /** What lies in it and others can change all the same; `undefined`: nothing. */
  readonly open: string | undefined;
  readonly adviceInside: NextStep;
}

export const judgeStateFolder = ({
  folder,
  is,
  others,
  writable,
  advice,
  open,
  adviceInside,
}: StateFolderSeen): Diagnosis => {
  if (is === 'missing') return good(`${folder} is not there yet: the first change makes it, closed to others`);
  if (is === 'file') {
    return bad(`${folder} is a file and no folder`, {label: 'Move it away, or name another folder with --state-dir'});
  }
  if (others.length > 0) {
    return bad(`${folder} is open to ${others.join(' and ')}: it holds keys and passwords, so it is not used`, advice);
  }
  if (open !== undefined) return bad(`${folder} is closed to others, and yet ${open}`, adviceInside);
  return writable
    ? good(`${folder} is closed to others`)
    : bad(`${folder} cannot be written: nothing could be journaled, so nothing is changed`, {
        label: 'Run as the account that owns it, an administrator',
      });
};

const kindOf = async (folder: string): Promise<StateFolderSeen['is']> => {
  try {
    return (await stat(folder)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    throw error;
  }
};

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

export const stateFolder = question({
  ...{id: 'state-folder', title: 'State folder', of: 'server'},
  look: async ({stateDir: folder}): Promise<StateFolderSeen> => {
    const is = await kindOf(folder);
    const there = is === 'folder';
    const guard = folderGuard();
    const others = there ? await guard.othersWithAccess(folder) : [];
    return {
      ...{folder, is, others, advice: guard.advice(folder), adviceInside: guard.adviceInside(folder)},
      open: there && others.length === 0 ? spokenEntries(await openEntries(folder, guard)) : undefined,
      writable: there && (await isWritable(folder)),
    };
  },
  judge: judgeStateFolder,
});
