import {existsSync} from 'node:fs';
import {advapi32, type Bool, kernel32, lastError, localFree, WindowsError} from './libraries.ts';
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
const moveFile: (from: string, to: string, flags: number) => Bool = kernel32.func(
  'int32 __stdcall MoveFileExW(str16 from, str16 to, uint32 flags)',
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

/** MOVEFILE_WRITE_THROUGH: it is on the disk when the call comes back. Never over a file. */
const writeThrough = 8;

const move = (from: string, to: string): void => {
  if (!moveFile(from, to, writeThrough)) throw new WindowsError(`MoveFileEx ${to}`, lastError());
};

/**
 * Puts one file in the place of another on the same volume, or where there is none any more. Attributes, access list,
 * creation time and streams of the one that goes stay with the name (ReplaceFile); its owner, which ReplaceFile does not
 * promise, is given before. Where ReplaceFile gets stuck half way (its errors 1176 and 1177) the old file is gone and the new one
 * has its own name still, with all that it was to take over: then the rest is done here.
 * @throws WindowsError; then the old file still stands there, or the new one is the only one left and must not be removed
 */
export const putInPlace = (replaced: string, replacement: string): void => {
  if (!existsSync(replaced)) {
    move(replacement, replaced);
    return;
  }
  giveOwnerOf(replaced, replacement);
  if (replaceFile(replaced, replacement, null, 0, null, null)) return;
  const code = lastError();
  if (existsSync(replaced)) throw new WindowsError(`ReplaceFile ${replaced}`, code);
  move(replacement, replaced);
};
