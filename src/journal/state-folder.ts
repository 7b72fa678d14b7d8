import {mkdir, stat} from 'node:fs/promises';
import {type NextStep, Refusal} from '../kit/refusal.ts';

/*
 * Backups hold keys and the passwords of application pools. Who may read the state folder is decided when it is made,
 * and looked at again every time: a folder that somebody else can read is not used.
 */

/** How a platform keeps others out of a folder. Windows has its own, made of access lists. */
export interface FolderGuard {
  /** Makes the folder, and those above it, for its owner alone; nothing where it is there already. */
  create(folder: string): Promise<void>;
  /** Who else can get in, for a person; empty is good. */
  othersWithAccess(folder: string): Promise<readonly string[]>;
  /** How a person closes it. */
  advice(folder: string): NextStep;
}

export const posixGuard: FolderGuard = {
  create: async (folder) => {
    await mkdir(folder, {recursive: true, mode: 0o700});
  },
  othersWithAccess: async (folder) => {
    const {mode} = await stat(folder);
    const others: string[] = [];
    if ((mode & 0o070) !== 0) others.push('its group');
    if ((mode & 0o007) !== 0) others.push('everybody');
    return others;
  },
  advice: (folder) => ({label: 'Close it, then try again', command: `chmod 700 '${folder}'`}),
};

/** @throws Refusal STATE.READABLE_BY_OTHERS */
export const openStateFolder = async (folder: string, guard: FolderGuard): Promise<void> => {
  await guard.create(folder);
  const others = await guard.othersWithAccess(folder);
  if (others.length === 0) return;
  throw new Refusal('STATE.READABLE_BY_OTHERS', `The state folder ${folder} is open to ${others.join(' and ')}.`, {
    where: {file: folder},
    next: [guard.advice(folder)],
  });
};
