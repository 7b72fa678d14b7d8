import type {FolderGuard} from '../kit/folder-guard.ts';
import {Refusal} from '../kit/refusal.ts';

/**
 * Backups hold keys and the passwords of application pools. Who may read the state folder is decided when it is made,
 * and looked at again every time: a folder that somebody else can read is not used.
 * @throws Refusal STATE.READABLE_BY_OTHERS
 */
export const openStateFolder = async (folder: string, guard: FolderGuard): Promise<void> => {
  await guard.create(folder);
  await requireClosed(folder, guard);
};

/** The same of a folder that is there, for whoever only reads what it decides. @throws Refusal STATE.READABLE_BY_OTHERS */
export const requireClosed = async (folder: string, guard: FolderGuard): Promise<void> => {
  const others = await guard.othersWithAccess(folder);
  if (others.length === 0) return;
  throw new Refusal('STATE.READABLE_BY_OTHERS', `The state folder ${folder} is open to ${others.join(' and ')}.`, {
    where: {file: folder},
    next: [guard.advice(folder)],
  });
};
