import {copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {main as appcmd} from '../../src/server/sandbox/appcmd/main.ts';
import {createSandbox} from '../../src/server/sandbox/create.ts';
import {sandboxVariable} from '../../src/server/sandbox/program.ts';
import {type ServerJson, serverJson} from '../../src/server/server-json.ts';
import {compileVersioned} from './compile.ts';
import {writeRegistry} from './registry.ts';
import {type Session, serviceProgram, theSession} from './session.ts';
import type {Player} from './stand-in-server.ts';
import {stateFolder} from './stopgap.ts';
import {serveWebSites} from './web-sites.ts';

/*
 * A fixture server, installed into Windows: its files on drive C, its services at the service control manager, what setup
 * leaves in the registry. appcmd.exe there is the simulator, which works on the same files.
 */

const fixtures = join(import.meta.dirname, '../../fixtures/iis/servers');
const exchangeFolder = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\';

export interface ExchangeServer {
  readonly session: Session;
  /** The sandbox that stands behind appcmd.exe; its C is drive C. */
  readonly sandbox: string;
  /** Leaves a Windows on which there was never an Exchange. */
  uninstall(): Promise<void>;
}

/** Copies a tree onto another one without regard to case, as Windows would. */
const merge = (from: string, to: string): void => {
  mkdirSync(to, {recursive: true});
  const there = readdirSync(to);
  for (const entry of readdirSync(from, {withFileTypes: true})) {
    const name = there.find((one) => one.toLowerCase() === entry.name.toLowerCase()) ?? entry.name;
    if (entry.isDirectory()) merge(join(from, entry.name), join(to, name));
    else copyFileSync(join(from, entry.name), join(to, name));
  }
};

const bytesOf = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? Buffer.from(text, 'latin1') : text;

/** The simulator as a stand-in's voice. */
export const playAppcmd =
  (sandbox: string): Player =>
  async ({argv}) => {
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    const exitCode = await appcmd(argv, {
      stdout: (text) => out.push(bytesOf(text)),
      stderr: (text) => err.push(bytesOf(text)),
      env: {[sandboxVariable]: sandbox},
      now: () => new Date(),
    });
    return {exitCode, stdout: Buffer.concat(out), stderr: Buffer.concat(err)};
  };

const version = (text: string): readonly number[] => text.split('.').map(Number);

const registryOf = ({exchange, iis}: ServerJson) => {
  const [major = 10, minor = 0] = version(iis);
  return {
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\InetStp': {MajorVersion: major, MinorVersion: minor},
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup': exchange
      ? {MsiInstallPath: exchangeFolder}
      : {},
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\MailboxRole': {},
    'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment': {
      ExchangeInstallPath: exchangeFolder,
      // As Microsoft spells it; Wine's folder is C:\\windows.
      SystemRoot: 'C:\\Windows',
    },
  };
};

/** Services of the fixture that Windows does not have itself, each a process of its own. */
const createServices = async ({wine}: Session, services: ServerJson['services']): Promise<void> => {
  for (const {name, displayName, startType, state, dependencies, stopSeconds} of services) {
    // A tenth of the time that the real ones take.
    const program = `${serviceProgram} ${name} 0 ${stopSeconds * 100}`;
    const depend = dependencies.length > 0 ? ['depend=', dependencies.join('/')] : [];
    await wine.must('sc', [
      'create',
      name,
      'binPath=',
      program,
      'start=',
      startType,
      ...depend,
      'DisplayName=',
      displayName,
    ]);
    if (state === 'RUNNING') await wine.must('sc', ['start', name]);
  }
};

const putVersioned = ({wine, folder}: Session, fileVersion: string, to: string): void => {
  const path = wine.hostPath(to);
  mkdirSync(dirname(path), {recursive: true});
  copyFileSync(compileVersioned(fileVersion, folder), path);
};

export interface InstallOptions {
  /** A server of fixtures/iis/servers. */
  readonly from: string;
  /** Services of it to run; the others matter to nobody here and cost a process each. */
  readonly services: readonly string[];
}

/** A sandbox whose disk is drive C of that Windows. */
const sandboxOnDrive = async ({wine, folder}: Session, from: string): Promise<string> => {
  const sandbox = join(folder, `sandbox-${from}`);
  await createSandbox(sandbox, {from: join(fixtures, from)});
  const drive = join(wine.prefix, 'drive_c');
  merge(join(sandbox, 'C'), drive);
  rmSync(join(sandbox, 'C'), {recursive: true});
  symlinkSync(drive, join(sandbox, 'C'));
  return sandbox;
};

const inetsrv = 'C:\\windows\\system32\\inetsrv';
const folders = ['C:\\inetpub', 'C:\\Program Files\\Microsoft', `${inetsrv}\\config`, stateFolder];

/** Installs a fixture server; tests that are over uninstall it. */
export const installExchange = async ({from, services}: InstallOptions): Promise<ExchangeServer> => {
  const session = await theSession();
  const {wine, standIns} = session;
  const sandbox = await sandboxOnDrive(session, from);
  const description = serverJson.parse(JSON.parse(readFileSync(join(sandbox, 'server.json'), 'utf8')));
  standIns.play('appcmd.exe', playAppcmd(sandbox));
  await writeRegistry(wine, registryOf(description));
  const {exchange, urlRewrite} = description;
  if (exchange) putVersioned(session, exchange.build, `${exchangeFolder}Bin\\ExSetup.exe`);
  if (urlRewrite !== null) putVersioned(session, urlRewrite, `${inetsrv}\\rewrite.dll`);
  const wanted = description.services.filter(({name}) => services.includes(name));
  await createServices(session, wanted);
  const closeSites = await serveWebSites(wine, sandbox);
  const uninstall = async (): Promise<void> => {
    await closeSites();
    for (const {name} of wanted) {
      // Gone when it has stopped; one that is stopped already refuses.
      await wine.must('sc', ['delete', name]);
      await wine.run('sc', ['stop', name]);
    }
    for (const path of [...folders.map((one) => wine.hostPath(one)), sandbox])
      rmSync(path, {recursive: true, force: true});
  };
  return {session, sandbox, uninstall};
};
