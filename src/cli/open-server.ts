import {existsSync} from 'node:fs';
import {access} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {Refusal} from '../kit/refusal.ts';
import {capabilitiesFile} from '../rehearsal/capabilities-file.ts';
import type {RehearsalServer} from '../server/scratch.ts';
import type {Server, ServerReader} from '../server/server.ts';
import type {GlobalArgs, Io} from './command.ts';

type ServerArgs = Pick<GlobalArgs, 'server' | 'state-dir'>;

/** What --server names. */
export type ServerName =
  | {readonly kind: 'windows'}
  | {readonly kind: 'sandbox'; readonly dir: string}
  | {readonly kind: 'snapshot'; readonly dir: string};

const howToName = {label: 'Name the server', command: '--server sandbox:DIR'};

/** `undefined` means this machine, where it is one: anywhere else there is nothing that could be meant. */
export const parseServer = ({server}: ServerArgs, io: Io, platform: string = process.platform): ServerName => {
  if (server === undefined) {
    if (platform === 'win32') return {kind: 'windows'};
    throw new Refusal('USAGE.SERVER_MISSING', 'this machine is no Windows server, so the server must be named', {
      next: [howToName],
    });
  }
  if (server === 'windows') return {kind: 'windows'};
  const [, kind, dir] = /^(sandbox|snapshot):(.+)$/s.exec(server) ?? [];
  if ((kind === 'sandbox' || kind === 'snapshot') && dir !== undefined) return {kind, dir: resolve(io.cwd, dir)};
  throw new Refusal('USAGE.SERVER', `"${server}" names no server: windows, sandbox:DIR or snapshot:DIR`, {
    next: [howToName],
  });
};

/** `windows` is the machine that stopgap runs on: there is no other way to be sure that what is read is what is changed. */
const requireWindows = (platform: string = process.platform): void => {
  if (platform === 'win32') return;
  throw new Refusal('SERVER.KIND_UNAVAILABLE', `"windows" means this machine, and this machine runs ${platform}`, {
    next: [
      {label: 'Run stopgap on the server itself'},
      {label: 'Or work on a snapshot of it', command: '--server snapshot:DIR'},
      {label: 'Or on a simulated server', command: '--server sandbox:DIR'},
    ],
  });
};

const requireSandbox = async (dir: string): Promise<void> => {
  try {
    await access(join(dir, 'server.json'));
  } catch (cause) {
    throw new Refusal('SERVER.NOT_FOUND', `${dir} is no sandbox: it has no server.json`, {
      where: {file: join(dir, 'server.json')},
      next: [{label: 'Make one', command: 'stopgap sandbox create DIR --from TREE'}],
      cause,
    });
  }
};

/** The server as everything but apply, rollback and recover may see it: it can be read and nothing else. */
export const openReader = async (args: ServerArgs, io: Io): Promise<ServerReader> =>
  asLearnt(await openReaderOf(args, io), args, io);

const openReaderOf = async (args: ServerArgs, io: Io): Promise<ServerReader> => {
  const name = parseServer(args, io);
  if (name.kind === 'snapshot') return (await import('../server/snapshot/reader.ts')).openSnapshot(name.dir);
  if (name.kind === 'windows') {
    requireWindows();
    return (await import('../server/windows/reader.ts')).openWindowsReader();
  }
  await requireSandbox(name.dir);
  const {openSandboxReader} = await import('../server/sandbox/reader.ts');
  return openSandboxReader(name.dir);
};

/** The server with the means to change it. */
export const openServer = async (args: ServerArgs, io: Io): Promise<Server> =>
  asLearnt(await openServerOf(args, io), args, io);

const openServerOf = async (args: ServerArgs, io: Io): Promise<Server> => {
  const name = parseServer(args, io);
  if (name.kind === 'snapshot') {
    throw new Refusal('SERVER.READ_ONLY', 'a snapshot is a copy: nothing can be applied to it', {
      next: [{label: 'Apply on the server itself, or in a sandbox made from the snapshot'}],
    });
  }
  if (name.kind === 'windows') {
    requireWindows();
    return (await import('../server/windows/open.ts')).openWindows();
  }
  await requireSandbox(name.dir);
  const {openSandbox} = await import('../server/sandbox/open.ts');
  return openSandbox(name.dir);
};

/** The server with its appcmd for scratch copies, and no means to change anything else. */
export const openForRehearsal = async (args: ServerArgs, io: Io): Promise<RehearsalServer> =>
  asLearnt(await openForRehearsalOf(args, io), args, io);

const openForRehearsalOf = async (args: ServerArgs, io: Io): Promise<RehearsalServer> => {
  const name = parseServer(args, io);
  if (name.kind === 'snapshot') {
    throw new Refusal('SERVER.NO_APPCMD', 'a snapshot has no appcmd to rehearse with', {
      next: [{label: 'Rehearse in a sandbox made from it', command: 'stopgap sandbox create DIR --from SNAPSHOT'}],
    });
  }
  if (name.kind === 'windows') {
    requireWindows();
    return (await import('../server/windows/rehearsal.ts')).openWindowsForRehearsal();
  }
  await requireSandbox(name.dir);
  const {openSandboxForRehearsal} = await import('../server/sandbox/rehearsal.ts');
  return openSandboxForRehearsal(name.dir);
};

/** The server, with what `doctor --learn` was told of its appcmd. Nothing is asked where nothing was learnt. */
const asLearnt = async <R extends ServerReader>(reader: R, args: ServerArgs, io: Io): Promise<R> => {
  const stateDir = stateDirOf(args, io);
  if (reader.kind === 'snapshot' || !existsSync(capabilitiesFile(stateDir))) return reader;
  const {rememberedCapabilities} = await import('../rehearsal/capabilities.ts');
  const {appcmdVersion} = await openForRehearsalOf(args, io);
  const {emptyParents} = await rememberedCapabilities(stateDir, await appcmdVersion());
  return emptyParents === null ? reader : {...reader, emptyParents};
};

/** Where the journals, backups and kept sources of a server are. */
export const stateDirOf = (args: ServerArgs, io: Io): string => {
  if (args['state-dir'] !== undefined) return resolve(io.cwd, args['state-dir']);
  const name = parseServer(args, io);
  return name.kind === 'windows'
    ? join(io.env['ProgramData'] ?? 'C:\\ProgramData', 'stopgap')
    : join(name.dir, '.stopgap', 'state');
};
