import {join, resolve} from 'node:path';
import {Refusal} from '../kit/refusal.ts';
import {unreachable} from '../kit/unreachable.ts';
import type {Server, ServerReader} from '../server/server.ts';
import type {GlobalArgs, Io} from './command.ts';

type ServerArgs = Pick<GlobalArgs, 'server' | 'state-dir'>;

/** What --server names. */
export type ServerName =
  | {readonly kind: 'windows'}
  | {readonly kind: 'sandbox'; readonly folder: string}
  | {readonly kind: 'snapshot'; readonly folder: string};

/** `undefined` means this machine, where it is one: anywhere else there is nothing that could be meant. */
export const serverName = (name: string | undefined, io: Io, platform: string = process.platform): ServerName => {
  if (name === 'windows' || (name === undefined && platform === 'win32')) return {kind: 'windows'};
  const [, kind, folder] = /^(sandbox|snapshot):(.+)$/s.exec(name ?? '') ?? [];
  if (kind !== undefined && folder !== undefined) {
    return {kind: kind === 'sandbox' ? 'sandbox' : 'snapshot', folder: resolve(io.cwd, folder)};
  }
  const code = name === undefined ? 'USAGE.SERVER_MISSING' : 'USAGE.SERVER_UNKNOWN';
  const message =
    name === undefined
      ? 'which server? This machine is no Windows server, so it has to be named'
      : `--server ${name} is neither windows nor sandbox:DIR nor snapshot:DIR`;
  throw new Refusal(code, message, {
    next: [
      {label: 'Name a simulated server, or a copy of one', command: '--server sandbox:DIR, --server snapshot:DIR'},
      {label: 'Make a simulated server', command: 'stopgap sandbox create DIR --from TREE'},
    ],
  });
};

/** The server to look at. It cannot be changed through what is returned. */
export const openReader = async (args: ServerArgs, io: Io): Promise<ServerReader> => {
  const named = serverName(args.server, io);
  if (named.kind !== 'sandbox') throw unavailable(named.kind);
  return (await import('../server/sandbox/reader.ts')).openSandboxReader(named.folder);
};

/** The server to change: only apply, rollback, recover and confirm ask for it. */
export const openServer = async (args: ServerArgs, io: Io): Promise<Server> => {
  const named = serverName(args.server, io);
  if (named.kind === 'snapshot') {
    throw new Refusal('SERVER.READ_ONLY', 'a snapshot is a copy of a server: it can be planned for, never changed', {
      next: [{label: 'Try it on a simulated server', command: 'stopgap sandbox create DIR --from TREE'}],
    });
  }
  if (named.kind !== 'sandbox') throw unavailable(named.kind);
  return (await import('../server/sandbox/open.ts')).openSandbox(named.folder);
};

const unavailable = (kind: 'windows' | 'snapshot'): Refusal =>
  new Refusal('SERVER.KIND_UNAVAILABLE', `this version of stopgap cannot open a server of the kind ${kind} yet`, {
    next: [{label: 'Use a simulated server', command: '--server sandbox:DIR'}],
  });

/** Where journals, backups and kept sources lie: --state-dir, or the server's own folder. */
export const stateDirOf = (args: ServerArgs, io: Io): string => {
  const asked = args['state-dir'];
  if (asked !== undefined) return resolve(io.cwd, asked);
  const named = serverName(args.server, io);
  switch (named.kind) {
    case 'windows':
      return join(io.env['ProgramData'] ?? 'C:\\ProgramData', 'stopgap');
    case 'sandbox':
    case 'snapshot':
      return join(named.folder, '.stopgap', 'state');
    default:
      return unreachable(named);
  }
};
