import {existsSync} from 'node:fs';
import {dirname} from 'node:path';
import {type FolderGuard, lookFirst} from '../../kit/folder-guard.ts';
import {Refusal} from '../../kit/refusal.ts';
import {windowsPathKey} from '../windows-path.ts';
import {othersIn, othersWhoChange} from './access-text.ts';
import {diskPath} from './disk-path.ts';

/** Owned by Administrators; SYSTEM and Administrators may use the folder and all below it; nothing is inherited from above. */
export const administratorsOnly = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';

/** No such file, no such path. */
const gone: readonly unknown[] = [2, 3];

const throughLink = ['whoever can change the link that it is'];

/** Access denied, not an owner that this account may set, a right that it does not hold. */
const notAllowed: readonly unknown[] = [5, 1307, 1314];

const notElevated = (folder: string, cause?: unknown): Refusal =>
  new Refusal('STATE.NOT_ELEVATED', `Only an administrator can use the state folder ${folder}.`, {
    where: {file: folder},
    next: [{label: 'Run it again from a console that was opened with "Run as administrator"'}],
    cause,
  });

// Loaded when the first folder is looked at: most commands never come to one.
const windows = async () => ({
  ...(await import('./api/access-list.ts')),
  ...(await import('./api/access-of.ts')),
  ...(await import('./api/account.ts')),
  ...(await import('./api/token.ts')),
});

const asAdministrator = async <T>(folder: string, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error && 'errorCode' in error && notAllowed.includes(error.errorCode))) throw error;
    throw notElevated(folder, error);
  }
};

const accessTo = async (path: string) => {
  const {accessOf, canonicalAccess, ownSid} = await windows();
  return {...accessOf(diskPath(path, process)), self: canonicalAccess(`O:${ownSid()}`).slice('O:'.length)};
};

const make = (folder: string, makeOne: (folder: string) => void): void => {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) make(above, makeOne);
  makeOne(folder);
};

/** Who works without an administrator's rights, on a simulated server say, has folders of his own; never the machine's. */
const descriptorFor = (folder: string, self: string, elevated: boolean): string => {
  if (elevated) return administratorsOnly;
  const machines = windowsPathKey(process.env['ProgramData'] ?? 'C:\\ProgramData');
  if (windowsPathKey(folder).startsWith(`${machines}\\`)) throw notElevated(folder);
  return `O:${self}D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;${self})`;
};

/** Access lists. Users may make folders in ProgramData, so one that is there already is looked at before it is used. */
export const accessGuard: FolderGuard = {
  create: (folder) =>
    asAdministrator(folder, async () => {
      const {isElevated, makeFolderFor, ownSid} = await windows();
      const descriptor = descriptorFor(folder, ownSid(), isElevated());
      make(diskPath(folder, process), (one) => makeFolderFor(one, descriptor));
    }),
  othersWithAccess: (folder) =>
    asAdministrator(folder, async () => {
      const {sddl, isLink, self} = await accessTo(folder);
      return isLink ? throughLink : othersIn(sddl, self);
    }),
  advice: (folder) => ({
    label:
      'Where you did not make it, or it is a link, give it another name and look into it: a new one is made. Else close it, in cmd.exe',
    // /reset first: /inheritance:r alone leaves what somebody was given by name.
    command: `icacls "${folder}" /setowner *S-1-5-32-544 && icacls "${folder}" /reset && icacls "${folder}" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F`,
  }),
  othersWhoChange: (entry) =>
    asAdministrator(entry, async () => {
      try {
        const {sddl, isLink, self} = await accessTo(entry);
        return isLink ? throughLink : othersWhoChange(sddl, self);
      } catch (error) {
        if (error instanceof Error && 'errorCode' in error && gone.includes(error.errorCode)) return [];
        throw error;
      }
    }),
  adviceInside: (folder) => ({
    label: lookFirst,
    // All that lies in it inherits again, and the folder itself stays as it is.
    command: `icacls "${folder}\\*" /setowner *S-1-5-32-544 /T && icacls "${folder}\\*" /reset /T`,
  }),
};
