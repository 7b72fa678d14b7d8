import {type ConfigFile, editConfigFile, isFault} from '../iis/config-file.ts';
import {type IisConfiguration, webConfigAt} from '../iis/configuration.ts';
import {layersOf, levelsOf} from '../iis/layers.ts';
import {setAttribute} from '../iis/set-attribute.ts';
import {encodeText} from '../iis/text/decode.ts';
import type {Edit} from '../iis/text/edit.ts';
import {attributeOf, attributeValue, childNamed, childrenNamed, type XmlElement} from '../iis/text/xml-node.ts';
import {physicalPathOf, sameName} from '../iis/topology.ts';
import {joinWindowsPath, windowsPathKey} from '../server/windows-path.ts';

/*
 * Copies of a server's configuration on which commands can be tried: applicationHost.config with the folders of the
 * touched sites redirected, and their web.config files in the folders that it names then. Applications on one folder
 * share one copy, as they share the file. Pure: what to write is answered, nothing is written.
 */

export interface ScratchCopy {
  /** Path of the copy of applicationHost.config. */
  readonly applicationHost: string;
  /** Files to be written, by path of the copy; the folder of a file that does not exist yet is in `folders`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly folders: readonly string[];
  /** Files of the server that have a copy, whether they are there or not. */
  readonly sources: readonly string[];
  /** The copy that stands for a file of the server; `undefined`: none does. */
  copyOf(path: string): string | undefined;
  /** A file of the server, as it is or as it is predicted, as its copy has to look. */
  asCopy(file: ConfigFile): ConfigFile;
  /** A copy after the commands, as the file of the server would look. */
  asOriginal(original: ConfigFile, copy: ConfigFile): ConfigFile;
}

const hostName = 'applicationHost.config';

/** Every virtual directory of the sites, in document order. */
const directoriesOf = ({document}: ConfigFile, sites: readonly string[]): readonly XmlElement[] => {
  const host = childNamed(document.root, 'system.applicationHost');
  const all = host ? childNamed(host, 'sites') : undefined;
  return (all ? childrenNamed(all, 'site') : [])
    .filter((site) => sites.some((name) => sameName(name, attributeValue(site, 'name') ?? '')))
    .flatMap((site) => childrenNamed(site, 'application'))
    .flatMap((application) => childrenNamed(application, 'virtualDirectory'));
};

/** @param configPaths those that the commands name: only their sites are redirected */
export const planScratchCopy = async (
  configuration: IisConfiguration,
  configPaths: readonly string[],
  folder: string,
): Promise<ScratchCopy> => {
  const sites = [...new Set(configPaths.flatMap((path) => path.split('/').slice(0, 1)))].filter((site) => site !== '');
  const {applicationHost, topology} = configuration;
  const folders = new Map<string, string>();
  const redirected = (physical: string): string => {
    const key = windowsPathKey(physical);
    const known = folders.get(key) ?? joinWindowsPath(folder, `folder-${folders.size + 1}`);
    folders.set(key, known);
    return known;
  };
  const directories = topology.sites
    .filter(({name}) => sites.some((site) => sameName(site, name)))
    .flatMap((site) => site.applications)
    .flatMap((application) => application.virtualDirectories);
  const targets = directories.map(({physicalPath}) => redirected(physicalPath));
  const copies = new Map<string, string>([[windowsPathKey(applicationHost.path), joinWindowsPath(folder, hostName)]]);
  const files = new Map<string, Uint8Array>();
  for (const [key, copy] of folders)
    copies.set(windowsPathKey(`${key}\\web.config`), joinWindowsPath(copy, 'web.config'));
  // Folders below a virtual directory, which a command may name too.
  for (const level of configPaths.flatMap(levelsOf)) {
    const physical = level === '' ? undefined : physicalPathOf(topology, level);
    const nearest = directories.findLast(
      (directory) =>
        physical !== undefined && windowsPathKey(physical).startsWith(`${windowsPathKey(directory.physicalPath)}\\`),
    );
    if (physical === undefined || !nearest || copies.has(windowsPathKey(`${physical}\\web.config`))) continue;
    const below = physical.slice(nearest.physicalPath.length);
    copies.set(
      windowsPathKey(`${physical}\\web.config`),
      joinWindowsPath(redirected(nearest.physicalPath), below, 'web.config'),
    );
  }
  const asCopy = (file: ConfigFile): ConfigFile =>
    windowsPathKey(file.path) === windowsPathKey(applicationHost.path) ? redirect(file, sites, targets) : file;
  files.set(joinWindowsPath(folder, hostName), encodeText(asCopy(applicationHost).decoded));
  for (const configPath of new Set([
    ...directories.map((directory) => directory.configPath),
    ...configPaths.flatMap(levelsOf),
  ])) {
    if (configPath === '') continue;
    const found = await webConfigAt(configuration, configPath);
    const copy = found && copies.get(windowsPathKey(found.path));
    if (!found?.result || isFault(found.result) || copy === undefined) continue;
    files.set(copy, encodeText(found.result.file.decoded));
    for (const [path, bytes] of await sourcesBeside(configuration, configPath, {file: found.path, copy})) {
      files.set(path, bytes);
    }
  }
  return {
    applicationHost: joinWindowsPath(folder, hostName),
    files,
    sources: [...copies.keys()],
    folders: [...copies.values()].map((path) => joinWindowsPath(path, '..')),
    copyOf: (path) => copies.get(windowsPathKey(path)),
    asCopy,
    asOriginal: (original, copy) =>
      windowsPathKey(original.path) === windowsPathKey(applicationHost.path)
        ? {...restore(original, copy, sites), path: original.path}
        : {...copy, path: original.path},
  };
};

/** Files that hold sections of a web.config and lie below its folder, by the path of their copy. */
const sourcesBeside = async (
  configuration: IisConfiguration,
  configPath: string,
  {file, copy}: {readonly file: string; readonly copy: string},
): Promise<readonly (readonly [path: string, bytes: Uint8Array])[]> => {
  const [from, to] = [joinWindowsPath(file, '..'), joinWindowsPath(copy, '..')];
  const {layers} = await layersOf(configuration, configPath);
  return layers
    .filter((layer) => windowsPathKey(layer.file.path) === windowsPathKey(file))
    .flatMap((layer) => [...(layer.sources?.values() ?? [])])
    .filter(({path}) => windowsPathKey(path).startsWith(`${windowsPathKey(from)}\\`))
    .map(({path, decoded}) => [joinWindowsPath(to, path.slice(from.length)), encodeText(decoded)]);
};

const redirect = (file: ConfigFile, sites: readonly string[], targets: readonly string[]): ConfigFile => {
  const edits = directoriesOf(file, sites).flatMap((element, index): readonly Edit[] => {
    const target = targets[index];
    return target === undefined ? [] : [setAttribute(element, 'physicalPath', target)];
  });
  return edits.length === 0 ? file : editConfigFile(file, edits);
};

/** Puts the physical paths of the original back, as they were written there. */
const restore = (original: ConfigFile, copy: ConfigFile, sites: readonly string[]): ConfigFile => {
  const originals = directoriesOf(original, sites);
  const edits = directoriesOf(copy, sites).flatMap((element, index): readonly Edit[] => {
    const before = originals[index] && attributeOf(originals[index], 'physicalPath');
    const now = attributeOf(element, 'physicalPath');
    if (!before || !now) return [];
    const insert = original.document.slice(before.valueStart, before.valueEnd);
    return [{at: now.valueStart, remove: now.valueEnd - now.valueStart, insert}];
  });
  return edits.length === 0 ? copy : editConfigFile(copy, edits);
};
