import koffi from 'koffi';
import {type Bool, kernel32, lastError, WindowsError} from './libraries.ts';

type Handle = unknown;

const openProcess: (access: number, inherit: Bool, pid: number) => Handle = kernel32.func(
  'void *__stdcall OpenProcess(uint32 access, int32 inherit, uint32 pid)',
);
const closeHandle: (handle: Handle) => Bool = kernel32.func('int32 __stdcall CloseHandle(void *handle)');
const processTimes: (handle: Handle, ...times: readonly Buffer[]) => Bool = kernel32.func(
  'int32 __stdcall GetProcessTimes(void *handle, void *created, void *ended, void *kernel, void *user)',
);
const waitForObject: (handle: Handle, milliseconds: number) => number = kernel32.func(
  'uint32 __stdcall WaitForSingleObject(void *handle, uint32 milliseconds)',
);
const snapshot: (flags: number, pid: number) => Handle = kernel32.func(
  'void *__stdcall CreateToolhelp32Snapshot(uint32 flags, uint32 pid)',
);
interface ProcessEntry {
  size: number;
  image?: string;
}

const processEntry = koffi.struct('StopgapProcessEntry', {
  size: 'uint32',
  usage: 'uint32',
  pid: 'uint32',
  heap: 'uintptr',
  module: 'uint32',
  threads: 'uint32',
  parent: 'uint32',
  priority: 'int32',
  flags: 'uint32',
  image: koffi.array('char16', 260, 'String'),
});
const firstProcess: (handle: Handle, entry: ProcessEntry) => Bool = kernel32.func(
  'int32 __stdcall Process32FirstW(void *handle, _Inout_ StopgapProcessEntry *entry)',
);
const nextProcess: (handle: Handle, entry: ProcessEntry) => Bool = kernel32.func(
  'int32 __stdcall Process32NextW(void *handle, _Inout_ StopgapProcessEntry *entry)',
);

/** PROCESS_QUERY_LIMITED_INFORMATION and SYNCHRONIZE. */
const look = 0x1000 | 0x10_0000;
const accessDenied = 5;
const timeout = 258;

interface FoundProcess {
  /** 100 ns since 1601, as decimal; with the id it names one process for ever. */
  readonly startTime: string;
  readonly ended: boolean;
}

/** `no-access`: a process of that id runs, and is none of ours. */
const findProcess = (pid: number): FoundProcess | 'no-access' | undefined => {
  const handle = openProcess(look, 0, pid);
  if (handle === null) return lastError() === accessDenied ? 'no-access' : undefined;
  try {
    const [created, ...others] = Array.from({length: 4}, () => Buffer.alloc(8));
    if (created === undefined || !processTimes(handle, created, ...others)) return undefined;
    return {startTime: created.readBigUInt64LE().toString(), ended: waitForObject(handle, 0) !== timeout};
  } finally {
    closeHandle(handle);
  }
};

/** When that process started; '' where it cannot be told any more. */
export const startTimeOf = (pid: number): string => {
  const found = findProcess(pid);
  return typeof found === 'object' ? found.startTime : '';
};

/** Whether that very process still runs; an empty start time stands for whichever process has the id now. */
export const isSameProcess = ({pid, startTime}: {readonly pid: number; readonly startTime: string}): boolean => {
  const found = findProcess(pid);
  if (found === undefined) return false;
  if (found === 'no-access') return startTime === '';
  return !found.ended && (startTime === '' || found.startTime === startTime);
};

const processesOnly = 2;

/** Image names of all processes, `w3wp.exe`, in lower case. */
export const runningImages = (): ReadonlySet<string> => {
  const handle = snapshot(processesOnly, 0);
  const entry: ProcessEntry = {size: koffi.sizeof(processEntry)};
  const names = new Set<string>();
  try {
    if (!firstProcess(handle, entry)) throw new WindowsError('Process32First', lastError());
    do names.add((entry.image ?? '').toLowerCase());
    while (nextProcess(handle, entry));
  } finally {
    closeHandle(handle);
  }
  return names;
};
