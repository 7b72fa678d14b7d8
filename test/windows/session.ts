import {copyFileSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {compileStandIn} from './compile.ts';
import {writeRegistry} from './registry.ts';
import {StandInServer} from './stand-in-server.ts';
import {Wine} from './wine.ts';

/** A Windows with the stand-ins in their places and nothing of Exchange yet. */
export interface Session {
  readonly wine: Wine;
  readonly standIns: StandInServer;
  /** A folder of this machine for what a test needs; it goes with the session. */
  readonly folder: string;
  /** Runs the program that is tested, as it is shipped. */
  readonly exe: string;
  end(): Promise<void>;
}

const system = 'C:\\windows\\system32';
/** Programs of Windows that are asked over loopback. */
const forwarded = [
  `${system}\\inetsrv\\appcmd.exe`,
  `${system}\\schtasks.exe`,
  `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`,
];
export const serviceProgram = 'C:\\stand-ins\\service.exe';

/** The executable under test; run.ts builds it and says where it is. */
const builtExecutable = (): string => {
  const path = process.env['STOPGAP_EXE'];
  if (path === undefined) throw new Error('npm run test:windows starts these tests');
  return path;
};

export const startSession = async (): Promise<Session> => {
  const folder = mkdtempSync(join(tmpdir(), 'stopgap-windows-'));
  const wine = new Wine(folder);
  wine.create();
  const put = (from: string, to: string): void => {
    mkdirSync(dirname(wine.hostPath(to)), {recursive: true});
    copyFileSync(from, wine.hostPath(to));
  };
  const exe = 'C:\\Program Files\\stopgap\\stopgap.exe';
  put(builtExecutable(), exe);
  put(compileStandIn('service', folder), serviceProgram);
  put(compileStandIn('sc', folder), `${system}\\sc.exe`);
  const forward = compileStandIn('forward', folder);
  for (const path of forwarded) put(forward, path);
  // In the registry, because services have no part in the environment of the tests.
  await writeRegistry(wine, {
    'HKEY_CURRENT_USER\\Software\\Wine\\DllOverrides': {
      'sc.exe': 'native',
      'schtasks.exe': 'native',
      'powershell.exe': 'native',
    },
  });
  const standIns = new StandInServer();
  await standIns.listen(wine);
  const end = async (): Promise<void> => {
    wine.remove();
    await standIns.close();
    rmSync(folder, {recursive: true, force: true});
  };
  return {wine, standIns, folder, exe, end};
};
