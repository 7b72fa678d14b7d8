import {advapi32, type Bool, lastError, WindowsError} from './libraries.ts';

type Handle = unknown;

const registerSource: (server: null, source: string) => Handle = advapi32.func(
  'void *__stdcall RegisterEventSourceW(str16 server, str16 source)',
);
const deregisterSource: (log: Handle) => Bool = advapi32.func('int32 __stdcall DeregisterEventSource(void *log)');
const reportEvent: (
  log: Handle,
  type: number,
  category: number,
  id: number,
  account: null,
  texts: number,
  size: number,
  text: readonly string[],
  data: null,
) => Bool = advapi32.func(
  'int32 __stdcall ReportEventW(void *log, uint16 type, uint16 category, uint32 id, void *account, uint16 texts, uint32 size, str16 *text, void *data)',
);

/** One event with one text under a source of the Application log; any id of 16 bits, unlike eventcreate.exe. */
export const reportOne = (source: string, type: number, id: number, message: string): void => {
  const log = registerSource(null, source);
  if (log === null) throw new WindowsError('RegisterEventSource', lastError());
  try {
    if (!reportEvent(log, type, 0, id, null, 1, 0, [message], null)) throw new WindowsError('ReportEvent', lastError());
  } finally {
    deregisterSource(log);
  }
};
