import koffi from 'koffi';

/*
 * The two libraries of Windows that everything here asks. Both are known to the loader by name, so no folder can put
 * another one in their place. Modules of this folder are loaded on Windows only, by a lazy import far above.
 */
export const kernel32 = koffi.load('kernel32.dll');
export const advapi32 = koffi.load('advapi32.dll');

/** BOOL: 0 is no, and any other number is yes; C's own bool has a byte only. */
export type Bool = number;

/** The code of the call before, which koffi keeps from being overwritten. */
export const lastError: () => number = kernel32.func('uint32 __stdcall GetLastError()');

/** Gives back what a call of Windows has allocated for its answer. */
export const localFree: (memory: unknown) => unknown = kernel32.func('void *__stdcall LocalFree(void *memory)');

/** What a call of Windows said no with. */
export class WindowsError extends Error {
  override readonly name = 'WindowsError';
  readonly errorCode: number;

  constructor(call: string, errorCode: number) {
    super(`${call} failed with Windows error ${errorCode}`);
    this.errorCode = errorCode;
  }
}
