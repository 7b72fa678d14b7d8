import koffi from 'koffi';
import type {ReportedStatus, ServiceCalls} from '../service-status.ts';
import {advapi32, type Bool, lastError} from './libraries.ts';

/*
 * The calls that make a process a service. Windows calls ServiceMain and the handler on threads of its own; koffi brings
 * both to the thread of JavaScript and lets the caller wait.
 */

type Handle = unknown;

const serviceMain = koffi.pointer(koffi.proto('void __stdcall StopgapServiceMain(uint32 count, void *arguments)'));
const handlerEx = koffi.pointer(
  koffi.proto('uint32 __stdcall StopgapHandlerEx(uint32 control, uint32 type, void *data, void *context)'),
);
const registerHandler: (service: string, handler: bigint, context: null) => Handle = advapi32.func(
  '__stdcall',
  'RegisterServiceCtrlHandlerExW',
  'void *',
  ['str16', handlerEx, 'void *'],
);
const setStatus: (service: Handle, status: Buffer) => Bool = advapi32.func(
  'int32 __stdcall SetServiceStatus(void *service, void *status)',
);
koffi.struct('StopgapServiceEntry', {name: 'str16', main: serviceMain});
const startDispatcher = advapi32.func('int32 __stdcall StartServiceCtrlDispatcherW(StopgapServiceEntry *table)');

const ownProcess = 0x10;

const reportTo =
  (service: Handle) =>
  ({state, accepts, exitCode, ownExitCode, checkPoint, waitHintMs}: ReportedStatus): void => {
    const status = Buffer.alloc(28);
    const fields = [ownProcess, state, accepts, exitCode, ownExitCode, checkPoint, waitHintMs];
    for (const [index, field] of fields.entries()) status.writeUInt32LE(field, 4 * index);
    setStatus(service, status);
  };

/**
 * Connects this process with the service control manager. Resolves with 0 when all is over, or with the Windows error that
 * kept it from beginning: 1063 where the process was not started as a service.
 */
export const serveControls = (name: string, calls: ServiceCalls): Promise<number> =>
  new Promise((resolve) => {
    const handler = koffi.register((control: number) => calls.control(control), handlerEx);
    const main = koffi.register(() => calls.started(reportTo(registerHandler(name, handler, null))), serviceMain);
    // An entry of nulls ends the table.
    const table = [
      {name, main},
      {name: null, main: null},
    ];
    startDispatcher.async(table, (error: unknown, ok: Bool) => resolve(error === null && ok !== 0 ? 0 : lastError()));
  });
