import {existsSync, renameSync} from 'node:fs';
import {advapi32, type Bool, kernel32, lastError, WindowsError} from './libraries.ts';
import {openOwnToken} from './token.ts';

type Pointer = unknown;

const replaceFile: (
  replaced: string,
  replacement: string,
  backup: null,
  flags: number,
  exclude: null,
  reserved: null,
) => Bool = kernel32.func(
  'int32 __stdcall ReplaceFileW(str16 replaced, str16 replacement, str16 backup, uint32 flags, void *exclude, void *reserved)',
);
const namedSecurity: (
  name: string,
  type: number,
  parts: number,
  owner: [Pointer],
  group: [Pointer],
  dacl: null,
  sacl: null,
  descriptor: [Pointer],
) => number = advapi32.func(
  'uint32 __stdcall GetNamedSecurityInfoW(str16 name, int type, uint32 parts, _Out_ void **owner, _Out_ void **group, void *dacl, void *sacl, _Out_ void **descriptor)',
);
const setNamedSecurity: (
  name: string,
  type: number,
  parts: number,
  owner: Pointer,
  group: Pointer,
  dacl: null,
  sacl: null,
) => number = advapi32.func(
  'uint32 __stdcall SetNamedSecurityInfoW(str16 name, int type, uint32 parts, void *owner, void *group, void *dacl, void *sacl)',
);
const lookupPrivilege: (system: null, name: string, id: Buffer) => Bool = advapi32.func(
  'int32 __stdcall LookupPrivilegeValueW(str16 system, str16 name, void *id)',
);
const adjustPrivileges: (token: Pointer, none: Bool, wanted: Buffer, size: number, before: null, needed: null) => Bool =
  advapi32.func(
    'int32 __stdcall AdjustTokenPrivileges(void *token, int32 none, void *wanted, uint32 size, void *before, void *needed)',
  );
const localFree: (memory: Pointer) => Pointer = kernel32.func('void *__stdcall LocalFree(void *memory)');

const fileObject = 1;
/** OWNER_SECURITY_INFORMATION and GROUP_SECURITY_INFORMATION. */
const ownerAndGroup = 1 | 2;
const mayAdjust = 0x20;
const enabled = 2;

/** An administrator holds this right asleep: with it a file may be given to TrustedInstaller, say. */
const wakeRestoreRight = (): void =>
  openOwnToken((token) => {
    const wanted = Buffer.alloc(16);
    wanted.writeUInt32LE(1);
    if (!lookupPrivilege(null, 'SeRestorePrivilege', wanted.subarray(4))) {
      throw new WindowsError('LookupPrivilegeValue', lastError());
    }
    wanted.writeUInt32LE(enabled, 12);
    if (!adjustPrivileges(token, 0, wanted, 0, null, null)) {
      throw new WindowsError('AdjustTokenPrivileges', lastError());
    }
  }, mayAdjust);

const giveOwnerOf = (from: string, to: string): void => {
  const owner: [Pointer] = [null];
  const group: [Pointer] = [null];
  const descriptor: [Pointer] = [null];
  const read = namedSecurity(from, fileObject, ownerAndGroup, owner, group, null, null, descriptor);
  if (read !== 0) throw new WindowsError(`GetNamedSecurityInfo ${from}`, read);
  try {
    wakeRestoreRight();
    const set = setNamedSecurity(to, fileObject, ownerAndGroup, owner[0], group[0], null, null);
    if (set !== 0) throw new WindowsError(`SetNamedSecurityInfo ${to}`, set);
  } finally {
    localFree(descriptor[0]);
  }
};

/** The old file is gone already, and the new one kept its own name with all that it was to take over. */
const halfWay = 1177;

/**
 * Puts one file in the place of another on the same volume, or where there is none any more. Attributes, access list,
 * creation time and streams of the one that goes stay with the name (ReplaceFile); its owner, which ReplaceFile does not
 * promise, is given before.
 * @throws WindowsError; then the old file still stands there
 */
export const putInPlace = (replaced: string, replacement: string): void => {
  if (!existsSync(replaced)) {
    renameSync(replacement, replaced);
    return;
  }
  giveOwnerOf(replaced, replacement);
  if (replaceFile(replaced, replacement, null, 0, null, null)) return;
  const code = lastError();
  if (code !== halfWay) throw new WindowsError(`ReplaceFile ${replaced}`, code);
  renameSync(replacement, replaced);
};
