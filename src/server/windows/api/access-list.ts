import koffi from 'koffi';
import {advapi32, type Bool, kernel32, lastError, localFree, WindowsError} from './libraries.ts';

/* Security descriptors as SDDL text, which is the same in every language of Windows. */

export type Pointer = unknown;

const toText: (descriptor: Pointer, revision: number, parts: number, text: [Pointer], length: [number]) => Bool =
  advapi32.func(
    'int32 __stdcall ConvertSecurityDescriptorToStringSecurityDescriptorW(void *descriptor, uint32 revision, uint32 parts, _Out_ void **text, _Out_ uint32 *length)',
  );
const fromText: (text: string, revision: number, descriptor: [Pointer], size: null) => Bool = advapi32.func(
  'int32 __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32 revision, _Out_ void **descriptor, void *size)',
);
/** SECURITY_ATTRIBUTES, by its name in the signatures of functions. */
const securityAttributes = koffi.struct('StopgapSecurityAttributes', {
  length: 'uint32',
  descriptor: 'void *',
  inherit: 'int32',
});
const createDirectory: (path: string, security: SecurityAttributes) => Bool = kernel32.func(
  'int32 __stdcall CreateDirectoryW(str16 path, StopgapSecurityAttributes *security)',
);

const revision = 1;
/** OWNER_SECURITY_INFORMATION and DACL_SECURITY_INFORMATION. */
export const ownerAndList = 1 | 4;
const alreadyExists = 183;

/** Owner and access list of a descriptor. */
export const textOf = (descriptor: Pointer): string => {
  const text: [Pointer] = [null];
  const length: [number] = [0];
  if (!toText(descriptor, revision, ownerAndList, text, length)) {
    throw new WindowsError('ConvertSecurityDescriptorToStringSecurityDescriptor', lastError());
  }
  try {
    return koffi.decode.string16(text[0]);
  } finally {
    localFree(text[0]);
  }
};

/** Calls with the descriptor that a text describes, which is freed afterwards. */
const withDescriptor = <T>(sddl: string, use: (descriptor: Pointer) => T): T => {
  const descriptor: [Pointer] = [null];
  if (!fromText(sddl, revision, descriptor, null)) {
    throw new WindowsError(`ConvertStringSecurityDescriptorToSecurityDescriptor ${sddl}`, lastError());
  }
  try {
    return use(descriptor[0]);
  } finally {
    localFree(descriptor[0]);
  }
};

/** The text in the form in which Windows itself gives it: some identifiers have short names there. */
export const canonicalAccess = (sddl: string): string => withDescriptor(sddl, textOf);

export type SecurityAttributes = Readonly<Record<'length' | 'descriptor' | 'inherit', unknown>>;

/** Calls with what makes an object that only those in the text can open. No child process gets its handle. */
export const withAttributes = <T>(sddl: string, use: (attributes: SecurityAttributes) => T): T =>
  withDescriptor(sddl, (descriptor) => use({length: koffi.sizeof(securityAttributes), descriptor, inherit: 0}));

/** Makes one folder that nobody but those in the text can open from its first moment on; nothing where it is there. */
export const makeFolderFor = (path: string, sddl: string): void =>
  withAttributes(sddl, (attributes) => {
    if (createDirectory(path, attributes)) return;
    const code = lastError();
    if (code !== alreadyExists) throw new WindowsError(`CreateDirectory ${path}`, code);
  });
