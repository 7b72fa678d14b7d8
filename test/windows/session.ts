import {copyFileSync, mkdirSync} from 'node:fs';
import {dirname} from 'node:path';
import {compileStandIn} from './compile.ts';
import {writeRegistry} from './registry.ts';
import {ScheduledTasks} from './scheduled-tasks.ts';
import {StandInServer} from './stand-in-server.ts';
import {Wine} from './wine.ts';

/** A Windows with the stand-ins in their places and nothing of Exchange yet. */
export interface Session {
  readonly wine: Wine;
  readonly standIns: StandInServer;
  readonly scheduled: ScheduledTasks;
  /** A folder of this machine for what a test needs; it goes with the session. */
  readonly folder: string;
  /** The program that is tested, as it is shipped: its path in Windows. */
  readonly exe: string;
}

const system = 'C:\\windows\\system32';
/** Programs of Windows that are asked over loopback. */
const forwarded = [
  `${system}\\inetsrv\\appcmd.exe`,
  `${system}\\schtasks.exe`,
  `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`,
];
export const serviceProgram = 'C:\\stand-ins\\service.exe';

const fromRun = (name: 'STOPGAP_EXE' | 'STOPGAP_WINDOWS'): string => {
  const path = process.env[name];
  if (path === undefined) throw new Error('npm run test:windows starts these tests');
  return path;
};

const prepare = async (): Promise<Session> => {
  const folder = fromRun('STOPGAP_WINDOWS');
  const wine = new Wine(folder);
  const put = (from: string, to: string): void => {
    mkdirSync(dirname(wine.hostPath(to)), {recursive: true});
    copyFileSync(from, wine.hostPath(to));
  };
  const exe = 'C:\\Program Files\\stopgap\\stopgap.exe';
  put(fromRun('STOPGAP_EXE'), exe);
  put(compileStandIn('service', folder), serviceProgram);
  put(compileStandIn('sc', folder), `${system}\\sc.exe`);
  const forward = compileStandIn('forward', folder);
  for (const path of forwarded) put(forward, path);
  // In the registry, because services have no part in the environment of the tests.
  const native = Object.fromEntries(['sc.exe', 'schtasks.exe', 'powershell.exe'].map((name) => [name, 'native']));
  await writeRegistry(wine, {'HKEY_CURRENT_USER\\Software\\Wine\\DllOverrides': native});
  const standIns = new StandInServer();
  const scheduled = new ScheduledTasks(wine);
  standIns.play('schtasks.exe', scheduled.player);
  await standIns.listen(wine);
  return {wine, standIns, scheduled, folder, exe};
};

let session: Promise<Session> | undefined;

/** The one Windows of all these tests, prepared when it is asked for first: they run one after the other in one process. */
export const theSession = (): Promise<Session> => {
  session ??= prepare();
  return session;
};
