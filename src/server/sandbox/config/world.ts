import {attributeValue, childNamed, type XmlDocument} from '../../../iis/text/xml-node.ts';
import type {ServerJson} from '../../server-json.ts';
import {expandVariables, joinWindowsPath} from '../../windows-path.ts';
import {configFolderOf, environmentOf, readDescription} from '../description.ts';
import {type Disk, openDisk} from '../disk.ts';
import {ConfigFault, native, win32} from './fault.ts';
import {ConfigStore} from './store.ts';
import {type Pool, readPools, readSites, type Site} from './topology.ts';

/** What one command or one request sees of the simulated server. */
export interface World {
  readonly dir: string;
  readonly description: ServerJson;
  readonly environment: Readonly<Record<string, string>>;
  readonly disk: Disk;
  readonly store: ConfigStore;
  /** The effective applicationHost.config, redirection and `/apphostconfig:` considered. */
  readonly apphost: string;
}

const redirected = (store: ConfigStore, folder: string, environment: Readonly<Record<string, string>>) => {
  const file = joinWindowsPath(folder, 'redirection.config');
  const root = store.document(file)?.root;
  const redirection = root && childNamed(root, 'configurationRedirection');
  if (!redirection || attributeValue(redirection, 'enabled')?.toLowerCase() !== 'true') return undefined;
  return expandVariables(attributeValue(redirection, 'path') ?? '', environment);
};

/** @param apphost another applicationHost.config, as `/apphostconfig:` names it */
export const openWorld = (dir: string, apphost?: string): World => {
  const description = readDescription(dir);
  const environment = environmentOf(description);
  const disk = openDisk(dir);
  const store = new ConfigStore(disk);
  const folder = configFolderOf(description);
  const file = apphost ?? joinWindowsPath(redirected(store, folder, environment) ?? folder, 'applicationHost.config');
  return {dir, description, environment, disk, store, apphost: file};
};

/** @throws ConfigFault when it cannot be read */
export const apphostDocument = (world: World): XmlDocument => {
  const document = world.store.document(world.apphost);
  if (!document) throw new ConfigFault(world.apphost, 0, native.unreadable, win32.pathNotFound);
  return document;
};

export const sitesOf = (world: World): readonly Site[] => readSites(apphostDocument(world).root, world.environment);
export const poolsOf = (world: World): readonly Pool[] => readPools(apphostDocument(world).root);

/** machine.config and the root web.config; a reduced tree may lack them. */
export const frameworkFiles = (world: World): readonly string[] => {
  const folder = `${world.environment['SystemRoot'] ?? 'C:\\Windows'}\\Microsoft.NET\\Framework64\\v4.0.30319\\Config`;
  return [joinWindowsPath(folder, 'machine.config'), joinWindowsPath(folder, 'web.config')];
};
