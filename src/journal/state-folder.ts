import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {FolderGuard} from '../kit/folder-guard.ts';
import {Refusal} from '../kit/refusal.ts';
import {isMissing} from '../kit/system-error.ts';

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

/** What lies in a closed state folder and somebody else can change all the same. */
export interface OpenEntry {
  readonly entry: string;
  readonly others: readonly string[];
}

/** `runs/r3/journal.jsonl` is the third. Below it are only backups, which are known by their digests. */
const levels = 3;

/**
 * A folder that is closed does not close what was there before, was moved there, or no longer inherits: Windows lets everybody
 * pass through folders. Whoever could write a journal, settings or a trust profile would decide what is run.
 */
export const openEntries = async (folder: string, guard: FolderGuard, level = 1): Promise<readonly OpenEntry[]> => {
  const found: OpenEntry[] = [];
  for (const {name, isFolder} of await entriesOf(folder)) {
    const entry = join(folder, name);
    const others = await guard.othersWhoChange(entry);
    if (others.length > 0) found.push({entry, others});
    else if (isFolder && level < levels) found.push(...(await openEntries(entry, guard, level + 1)));
  }
  return found;
};

const entriesOf = async (folder: string): Promise<readonly {name: string; isFolder: boolean}[]> => {
  try {
    const entries = await readdir(folder, {withFileTypes: true});
    return entries.map((entry) => ({name: entry.name, isFolder: entry.isDirectory()}));
  } catch (error) {
    // Others may be tidying up while we look.
    if (isMissing(error)) return [];
    throw error;
  }
};

/** For a person; `undefined`: there is none. */
export const spokenEntries = ([first, ...more]: readonly OpenEntry[]): string | undefined =>
  first &&
  `${first.entry} can be changed by ${first.others.join(' and ')}${more.length === 0 ? '' : `, and ${more.length} more`}`;

/** For whoever is about to change a server by what the folder says. @throws Refusal STATE.ENTRY_OPEN */
export const requireClosedInside = async (folder: string, guard: FolderGuard): Promise<void> => {
  const open = await openEntries(folder, guard);
  const spoken = spokenEntries(open);
  if (spoken === undefined) return;
  throw new Refusal('STATE.ENTRY_OPEN', `The state folder is closed, and yet ${spoken}.`, {
    where: {file: open[0]?.entry ?? folder},
    next: [guard.adviceInside(folder)],
  });
};
