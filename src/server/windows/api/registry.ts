import type {Registry} from '../registry.ts';
import {advapi32, WindowsError} from './libraries.ts';

const openKey: (root: number, key: string, options: number, access: number, out: [number]) => number = advapi32.func(
  'int32 __stdcall RegOpenKeyExW(uintptr root, str16 key, uint32 options, uint32 access, _Out_ uintptr *out)',
);
const queryValue: (
  key: number,
  name: string,
  reserved: null,
  type: [number],
  data: Buffer | null,
  size: [number],
) => number = advapi32.func(
  'int32 __stdcall RegQueryValueExW(uintptr key, str16 name, void *reserved, _Out_ uint32 *type, void *data, _Inout_ uint32 *size)',
);
const enumKey: (
  key: number,
  index: number,
  name: Buffer,
  size: [number],
  reserved: null,
  className: null,
  classSize: null,
  time: null,
) => number = advapi32.func(
  'int32 __stdcall RegEnumKeyExW(uintptr key, uint32 index, void *name, _Inout_ uint32 *size, void *reserved, void *className, void *classSize, void *time)',
);
const closeKey: (key: number) => number = advapi32.func('int32 __stdcall RegCloseKey(uintptr key)');

const localMachine = 0x8000_0002;
/** KEY_READ in the 64-bit view, which is the machine's own whatever we are. */
const read = 0x20019 | 0x0100;
const notFound = 2;
const accessDenied = 5;
const moreData = 234;
const noMoreItems = 259;
const longestName = 256;

const withKey = <T>(key: string, use: (handle: number) => T): T | undefined => {
  const out: [number] = [0];
  const code = openKey(localMachine, key, 0, read, out);
  if (code === notFound || code === accessDenied) return undefined;
  if (code !== 0) throw new WindowsError(`RegOpenKeyEx ${key}`, code);
  try {
    return use(out[0]);
  } finally {
    closeKey(out[0]);
  }
};

const readData = (handle: number, name: string): {type: number; data: Buffer} | undefined => {
  // A value may grow between the two calls: then it is asked again.
  for (let room = 1024; ; room *= 2) {
    const type: [number] = [0];
    const size: [number] = [room];
    const data = Buffer.alloc(room);
    const code = queryValue(handle, name, null, type, data, size);
    if (code === moreData) continue;
    if (code === notFound) return undefined;
    if (code !== 0) throw new WindowsError(`RegQueryValueEx ${name}`, code);
    return {type: type[0], data: data.subarray(0, size[0])};
  }
};

/** The types by their numbers: REG_SZ, REG_EXPAND_SZ, REG_DWORD, REG_MULTI_SZ; others mean nothing to us. */
const decoded = ({type, data}: {type: number; data: Buffer}): string | number | readonly string[] | undefined => {
  const text = () => data.toString('utf16le');
  if (type === 1 || type === 2) return text().replace(/\0.*$/s, '');
  if (type === 4 && data.length === 4) return data.readUInt32LE();
  if (type === 7)
    return text()
      .split('\0')
      .filter((line) => line !== '');
  return undefined;
};

const namesBelow = (handle: number): readonly string[] => {
  const names: string[] = [];
  for (let index = 0; ; index++) {
    const name = Buffer.alloc(2 * longestName);
    const size: [number] = [longestName];
    const code = enumKey(handle, index, name, size, null, null, null, null);
    if (code === noMoreItems) return names;
    if (code !== 0) throw new WindowsError('RegEnumKeyEx', code);
    names.push(name.toString('utf16le', 0, 2 * size[0]));
  }
};

/** The registry of this machine, for reading. */
export const machineRegistry: Registry = {
  value: (key, name) =>
    withKey(key, (handle) => {
      const found = readData(handle, name);
      return found && decoded(found);
    }),
  subkeys: (key) => withKey(key, namesBelow),
};
