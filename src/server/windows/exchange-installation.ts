import type {ExchangeInstallation, FileReader, ServerFacts} from '../server.ts';
import {joinWindowsPath} from '../windows-path.ts';
import {peVersion} from './pe-version.ts';
import {type Registry, textIn} from './registry.ts';

/*
 * Which Exchange is installed. Setup of every version from 2013 to SE writes below this one key. What it says of the build
 * does not move with security updates, so the build is the file version of ExSetup.exe, as everybody's inventory takes it.
 */
export const exchangeKey = 'SOFTWARE\\Microsoft\\ExchangeServer\\v15';

type Found = Pick<ServerFacts, 'exchange' | 'exchangeUnreadable'>;

/** Folder of the installation with a final backslash; `undefined`: setup never was here. */
export const installPathOf = (registry: Registry): string | undefined =>
  textIn(registry, `${exchangeKey}\\Setup`, 'MsiInstallPath');

/** Each role has a key of its own beside `Setup`; a server with none of them has the management tools. */
const roleOf = (registry: Registry): ExchangeInstallation['role'] => {
  const keys = new Set(registry.subkeys(exchangeKey)?.map((name) => name.toLowerCase()));
  if (keys.has('mailboxrole') || keys.has('clientaccessrole')) return 'mailbox';
  return keys.has('edgetransportrole') ? 'edge' : 'management-tools';
};

const unreadable = (reason: string): Found => ({exchange: undefined, exchangeUnreadable: reason});

export const readExchange = async (registry: Registry, files: FileReader): Promise<Found> => {
  const folder = installPathOf(registry);
  if (folder === undefined) return {exchange: undefined, exchangeUnreadable: undefined};
  const path = joinWindowsPath(folder, 'Bin', 'ExSetup.exe');
  const bytes = await files.readFile(path);
  if (bytes === undefined) return unreadable(`setup names ${folder}, and there is no ${path}`);
  const build = peVersion(bytes);
  if (build === undefined) return unreadable(`${path} carries no file version`);
  return {exchange: {build, buildSource: path, role: roleOf(registry)}, exchangeUnreadable: undefined};
};
