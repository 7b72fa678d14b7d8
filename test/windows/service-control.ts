import type {Wine} from './wine.ts';

/** What this Windows says of a service, by sc.exe. */
export interface ServiceSeen {
  /** `RUNNING`, `STOPPED` ...; `undefined`: there is no such service. */
  readonly state: string | undefined;
  /** `AUTO_START  (DELAYED)`, `DISABLED` ... */
  readonly start: string | undefined;
  /** Of its process in Windows; 0: it has none. */
  readonly pid: number;
}

export const seeService = async (wine: Wine, name: string): Promise<ServiceSeen> => {
  const {stdout: status} = await wine.run('sc', ['queryex', name]);
  const {stdout: config} = await wine.run('sc', ['qc', name]);
  const [, state] = /STATE\s+: \d+\s+(\w+)/.exec(status) ?? [];
  const [, pid = '0'] = /PID\s+: (\d+)/.exec(status) ?? [];
  const [, start] = /START_TYPE\s+: \d+\s+(.*)/.exec(config) ?? [];
  return {state, start: start?.trim(), pid: Number(pid)};
};
