import {type SecurityAttributes, withAttributes} from './access-list.ts';
import {type Bool, kernel32, lastError, WindowsError} from './libraries.ts';

const createPipe: (
  name: string,
  open: number,
  mode: number,
  instances: number,
  outBytes: number,
  inBytes: number,
  timeout: number,
  security: SecurityAttributes,
) => number | bigint = kernel32.func(
  'intptr __stdcall CreateNamedPipeW(str16 name, uint32 open, uint32 mode, uint32 instances, uint32 outBytes, uint32 inBytes, uint32 timeout, StopgapSecurityAttributes *security)',
);
const closeHandle: (handle: number | bigint) => Bool = kernel32.func('int32 __stdcall CloseHandle(intptr handle)');

/** PIPE_ACCESS_DUPLEX, and that it must be the first of its name. */
const firstOnly = 3 | 0x8_0000;
/** Nobody is ever answered here, least of all over the network. */
const rejectRemote = 8;
const invalid = -1;
/** ERROR_ACCESS_DENIED where the name is taken by somebody else's, ERROR_PIPE_BUSY where by one like ours. */
const taken: readonly number[] = [5, 231];

/**
 * Holds the pipe of that name, of which there is one on the machine; Windows closes it with the process. Made here and not
 * by Node.js, so that only administrators can hold or open it.
 * @returns how to let go; `undefined` while somebody else holds it
 */
export const holdPipe = (name: string, sddl: string): (() => void) | undefined =>
  withAttributes(sddl, (attributes) => {
    const handle = createPipe(`\\\\.\\pipe\\${name}`, firstOnly, rejectRemote, 1, 0, 0, 0, attributes);
    if (Number(handle) !== invalid) return () => closeHandle(handle);
    const code = lastError();
    if (taken.includes(code)) return undefined;
    throw new WindowsError(`CreateNamedPipe ${name}`, code);
  });
