import {ownerAndList, type Pointer, textOf} from './access-list.ts';
import {advapi32, type Bool, kernel32, lastError, localFree, WindowsError} from './libraries.ts';

type Handle = number | bigint;

const openFile: (
  path: string,
  access: number,
  share: number,
  security: null,
  disposition: number,
  flags: number,
  template: null,
) => Handle = kernel32.func(
  'intptr __stdcall CreateFileW(str16 path, uint32 access, uint32 share, void *security, uint32 disposition, uint32 flags, void *template)',
);
const closeHandle: (handle: Handle) => Bool = kernel32.func('int32 __stdcall CloseHandle(intptr handle)');
const fileInformation: (handle: Handle, information: Buffer) => Bool = kernel32.func(
  'int32 __stdcall GetFileInformationByHandle(intptr handle, void *information)',
);
const securityOf: (
  handle: Handle,
  type: number,
  parts: number,
  owner: null,
  group: null,
  dacl: null,
  sacl: null,
  descriptor: [Pointer],
) => number = advapi32.func(
  'uint32 __stdcall GetSecurityInfo(intptr handle, int type, uint32 parts, void *owner, void *group, void *dacl, void *sacl, _Out_ void **descriptor)',
);

/** READ_CONTROL and FILE_READ_ATTRIBUTES, which no program that has the file open can forbid; shared with all. */
const look = 0x2_0000 | 0x80;
const share = 1 | 2 | 4;
const openExisting = 3;
/** FILE_FLAG_BACKUP_SEMANTICS, for folders, and FILE_FLAG_OPEN_REPARSE_POINT: a link itself, not where it leads. */
const flags = 0x200_0000 | 0x20_0000;
const invalid = -1;
const fileObject = 1;
/** BY_HANDLE_FILE_INFORMATION, which begins with the attributes; FILE_ATTRIBUTE_REPARSE_POINT. */
const informationBytes = 52;
const reparsePoint = 0x400;

export interface Access {
  /** Owner and access list in SDDL. */
  readonly sddl: string;
  /** A symbolic link, a junction or a mount point: what is asked next by that name may be something else. */
  readonly isLink: boolean;
}

const isLink = (handle: Handle, path: string): boolean => {
  const information = Buffer.alloc(informationBytes);
  if (!fileInformation(handle, information)) throw new WindowsError(`GetFileInformationByHandle ${path}`, lastError());
  return (information.readUInt32LE() & reparsePoint) !== 0;
};

const sddlOf = (handle: Handle, path: string): string => {
  const descriptor: [Pointer] = [null];
  const code = securityOf(handle, fileObject, ownerAndList, null, null, null, null, descriptor);
  if (code !== 0) throw new WindowsError(`GetSecurityInfo ${path}`, code);
  try {
    return textOf(descriptor[0]);
  } finally {
    localFree(descriptor[0]);
  }
};

/** Who can get at a file or folder. Both answers are of one handle: nobody can put another one there between them. */
export const accessOf = (path: string): Access => {
  const handle = openFile(path, look, share, null, openExisting, flags, null);
  if (Number(handle) === invalid) throw new WindowsError(`CreateFile ${path}`, lastError());
  try {
    return {sddl: sddlOf(handle, path), isLink: isLink(handle, path)};
  } finally {
    closeHandle(handle);
  }
};
