import {advapi32, type Bool, kernel32, lastError, WindowsError} from './libraries.ts';

const currentProcess: () => unknown = kernel32.func('void *__stdcall GetCurrentProcess()');
const openToken: (process: unknown, access: number, out: [unknown]) => Bool = advapi32.func(
  'int32 __stdcall OpenProcessToken(void *process, uint32 access, _Out_ void **token)',
);
const getInformation: (token: unknown, what: number, data: Buffer, size: number, needed: [number]) => Bool =
  advapi32.func(
    'int32 __stdcall GetTokenInformation(void *token, int what, void *data, uint32 size, _Out_ uint32 *needed)',
  );
const closeHandle: (handle: unknown) => Bool = kernel32.func('int32 __stdcall CloseHandle(void *handle)');

const query = 0x8;
const tokenElevation = 20;

/** Calls with the token of this process, opened for that access beside looking, and closes it. */
export const openOwnToken = <T>(use: (token: unknown) => T, access = 0): T => {
  const token: [unknown] = [null];
  if (!openToken(currentProcess(), query | access, token)) throw new WindowsError('OpenProcessToken', lastError());
  try {
    return use(token[0]);
  } finally {
    closeHandle(token[0]);
  }
};

export const tokenInformation = (token: unknown, what: number, size: number): Buffer => {
  const data = Buffer.alloc(size);
  if (getInformation(token, what, data, size, [0])) return data;
  throw new WindowsError('GetTokenInformation', lastError());
};

/** Whether this process has an administrator's whole rights; with UAC an administrator has them only where he asked. */
export const isElevated = (): boolean =>
  openOwnToken((token) => tokenInformation(token, tokenElevation, 4)).readUInt32LE() !== 0;
