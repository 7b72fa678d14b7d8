import {mkdir, stat} from 'node:fs/promises';
import type {NextStep} from './refusal.ts';
import {isMissing} from './system-error.ts';

/*
 * How this machine keeps others out of a folder. It is a question of the platform that we run on, never of the server
 * that is looked at, so it is answered once, where the program starts, and not handed from function to function.
 */

export interface FolderGuard {
  /** Makes the folder, and those above it, for its owner alone; nothing where it is there already. */
  create(folder: string): Promise<void>;
  /** Who else can get in, for a person; empty is good. */
  othersWithAccess(folder: string): Promise<readonly string[]>;
  /** How a person closes it. */
  advice(folder: string): NextStep;
  /** Who else can change something that lies in such a folder; empty is good, also where it has just gone. */
  othersWhoChange(entry: string): Promise<readonly string[]>;
  /** How a person closes everything that lies in the folder. */
  adviceInside(folder: string): NextStep;
}

/** Mode bits. On Windows they say nothing true, and this guard then refuses every folder: rather that than an open one. */
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
  othersWhoChange: async (entry) => {
    const found = await stat(entry).catch(orGone);
    if (!found) return [];
    const others: string[] = [];
    // The group of ours alone is that of one account on many machines, and files are made for it to write.
    if ((found.mode & 0o020) !== 0 && found.gid !== process.getgid?.()) others.push('its group');
    if ((found.mode & 0o002) !== 0) others.push('everybody');
    return others;
  },
  adviceInside: (folder) => ({label: lookFirst, command: `chmod -R go-w '${folder}'`}),
};

const orGone = (error: unknown): undefined => {
  if (isMissing(error)) return undefined;
  throw error;
};

/** Closing it does not undo what was written. */
export const lookFirst = 'Make sure that nobody else wrote what lies there, close it, then try again';

let chosen: FolderGuard = posixGuard;

/** The guard of this machine. */
export const folderGuard = (): FolderGuard => chosen;

/** Said once, by the entry of the program, where the platform has a guard of its own. */
export const useFolderGuard = (guard: FolderGuard): void => {
  chosen = guard;
};
