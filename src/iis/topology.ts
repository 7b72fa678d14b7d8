import {normalizeWindowsPath, windowsPathKey} from '../server/windows-path.ts';

/**
 * Sites, applications, virtual directories and pools as applicationHost.config declares them. Of thousands of sites only
 * those are read that somebody asks for.
 */
export interface Topology {
  readonly sites: readonly Site[];
  readonly pools: readonly AppPool[];
  /** Sites that may serve one of the folders; one that is left out certainly serves none of them. */
  sitesNaming(folders: readonly string[]): readonly Site[];
}

export interface Site {
  readonly name: string;
  readonly bindings: readonly {readonly protocol: string; readonly bindingInformation: string}[];
  readonly applications: readonly Application[];
}

export interface Application {
  readonly site: string;
  /** `/`, `/owa`, `/owa/Calendar` */
  readonly path: string;
  /** Configuration path below the server: `Default Web Site/owa`, the site's name for its root application. */
  readonly configPath: string;
  readonly pool: string;
  readonly virtualDirectories: readonly VirtualDirectory[];
}

export interface VirtualDirectory {
  /** Inside of its application: `/` is the application's own folder. */
  readonly path: string;
  readonly configPath: string;
  /** Variables expanded, normalized. */
  readonly physicalPath: string;
  /** Whether IIS reads a web.config in the folders below it; its own it always reads. */
  readonly allowSubDirConfig: boolean;
}

export interface AppPool {
  readonly name: string;
  /** As written; null where the attribute is absent and the default holds. */
  readonly autoStart: 'true' | 'false' | null;
  /** What holds where it is absent: applicationPoolDefaults', or true by the schema. */
  readonly autoStartDefault: 'true' | 'false';
  readonly line: number;
}

/** Joins configuration paths: `Default Web Site` and `/owa/` give `Default Web Site/owa`. */
export const joinConfigPath = (first: string, ...more: readonly string[]): string =>
  more.length === 0 && isPlain(first)
    ? first
    : [first, ...more]
        .flatMap((part) => part.split('/'))
        .filter((part) => part !== '')
        .join('/');

/** Nearly every path is as it should be already. */
const isPlain = (path: string): boolean => !path.startsWith('/') && !path.endsWith('/') && !path.includes('//');

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Whether `path` is `ancestor` or lies below it; '' is above everything. Case does not count. */
export const isAtOrBelow = (path: string, ancestor: string): boolean =>
  ancestor === '' || sameName(path, ancestor) || path.toLowerCase().startsWith(`${ancestor.toLowerCase()}/`);

/** The sites that a configuration path can be about: all of them for the server, ''. */
const sitesOf = (topology: Topology, configPath: string): readonly Site[] => {
  if (configPath === '') return topology.sites;
  const byName = sitesByName.get(topology) ?? Map.groupBy(topology.sites, ({name}) => name.toLowerCase());
  sitesByName.set(topology, byName);
  return byName.get(configPath.split('/', 1)[0]?.toLowerCase() ?? '') ?? [];
};

const sitesByName = new WeakMap<Topology, ReadonlyMap<string, readonly Site[]>>();

/** Applications at a configuration path and below it. */
export const applicationsBelow = (topology: Topology, configPath: string): readonly Application[] =>
  sitesOf(topology, configPath)
    .flatMap(({applications}) => applications)
    .filter((application) => isAtOrBelow(application.configPath, configPath));

/** Every virtual directory that serves one of the folders, whatever its site. */
export const directoriesServing = (topology: Topology, folders: readonly string[]): readonly VirtualDirectory[] => {
  const keys = new Set(folders.map(windowsPathKey));
  return topology
    .sitesNaming(folders)
    .flatMap(({applications}) => applications)
    .flatMap(({virtualDirectories}) => virtualDirectories)
    .filter(({physicalPath}) => keys.has(windowsPathKey(physicalPath)));
};

/** The one with the longest path at or above; of two with one path the first counts. */
const nearest = <T extends {readonly configPath: string}>(all: readonly T[], configPath: string): T | undefined =>
  all
    .filter((one) => isAtOrBelow(configPath, one.configPath))
    .toSorted((a, b) => b.configPath.length - a.configPath.length)[0];

/** The application that a configuration path belongs to. */
export const applicationAt = (topology: Topology, configPath: string): Application | undefined =>
  configPath === ''
    ? undefined
    : nearest(
        sitesOf(topology, configPath).flatMap(({applications}) => applications),
        configPath,
      );

/** The virtual directory that a configuration path stands in. */
export const directoryAt = (topology: Topology, configPath: string): VirtualDirectory | undefined =>
  configPath === ''
    ? undefined
    : nearest(
        sitesOf(topology, configPath)
          .flatMap(({applications}) => applications)
          .flatMap(({virtualDirectories}) => virtualDirectories),
        configPath,
      );

/** The folder that a configuration path stands for: the nearest virtual directory, and the folders below it. */
export const physicalPathOf = (topology: Topology, configPath: string): string | undefined => {
  const directory = directoryAt(topology, configPath);
  if (!directory) return undefined;
  return normalizeWindowsPath(`${directory.physicalPath}\\${configPath.slice(directory.configPath.length)}`);
};
