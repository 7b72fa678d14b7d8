import {expandVariables, normalizeWindowsPath} from '../server/windows-path.ts';
import {type ConfigFile, lineOf} from './config-file.ts';
import {attributeValue, childNamed, childrenNamed, type XmlElement} from './text/xml-node.ts';

/** Sites, applications, virtual directories and pools as applicationHost.config declares them. */
export interface Topology {
  readonly sites: readonly Site[];
  readonly pools: readonly AppPool[];
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
}

export interface AppPool {
  readonly name: string;
  /** As written; null where the attribute is absent and the schema's default, true, holds. */
  readonly autoStart: 'true' | 'false' | null;
  readonly line: number;
}

type Environment = Readonly<Record<string, string>>;

/** Joins configuration paths: `Default Web Site` and `/owa/` give `Default Web Site/owa`. */
export const joinConfigPath = (...parts: readonly string[]): string =>
  parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');

const sectionIn = (root: XmlElement, ...names: readonly string[]): XmlElement | undefined =>
  names.reduce<XmlElement | undefined>((element, name) => element && childNamed(element, name), root);

export const readTopology = (applicationHost: ConfigFile, environment: Environment): Topology => {
  const host = sectionIn(applicationHost.document.root, 'system.applicationHost');
  const sites = host && childNamed(host, 'sites');
  const pools = host && childNamed(host, 'applicationPools');
  return {
    sites: sites ? sitesIn(sites, environment) : [],
    pools: pools ? childrenNamed(pools, 'add').map((pool) => readPool(applicationHost, pool)) : [],
  };
};

/** Whether two states of applicationHost.config have one text where sites and pools are declared, at one place. */
export const declareSameSites = (one: ConfigFile, other: ConfigFile): boolean => {
  if (one === other) return true;
  const [before, after] = [one, other].map(({document}) => childNamed(document.root, 'system.applicationHost'));
  if (!before || !after || before.start !== after.start || before.end !== after.end) return false;
  return one.document.slice(before.start, before.end) === other.document.slice(after.start, after.end);
};

const readPool = (file: ConfigFile, pool: XmlElement): AppPool => {
  const autoStart = attributeValue(pool, 'autoStart')?.toLowerCase();
  return {
    name: attributeValue(pool, 'name') ?? '',
    autoStart: autoStart === 'true' || autoStart === 'false' ? autoStart : null,
    get line() {
      return lineOf(file, pool);
    },
  };
};

const sitesIn = (sites: XmlElement, environment: Environment): readonly Site[] => {
  const defaults = childNamed(sites, 'applicationDefaults');
  return childrenNamed(sites, 'site').map((site) => readSite(site, defaults, environment));
};

const readSite = (site: XmlElement, ofAllSites: XmlElement | undefined, environment: Environment): Site => {
  const name = attributeValue(site, 'name') ?? '';
  // A site's own defaults win over those of all sites; the schema's default pool is DefaultAppPool.
  const defaults = [childNamed(site, 'applicationDefaults'), ofAllSites];
  const defaultPool =
    defaults
      .map((element) => element && attributeValue(element, 'applicationPool'))
      .find((pool) => pool !== undefined) ?? 'DefaultAppPool';
  return {
    name,
    // Of thousands of sites only those are read that somebody asks for.
    get bindings() {
      const bindings = childNamed(site, 'bindings');
      return (bindings ? childrenNamed(bindings, 'binding') : []).map((binding) => ({
        protocol: attributeValue(binding, 'protocol') ?? '',
        bindingInformation: attributeValue(binding, 'bindingInformation') ?? '',
      }));
    },
    applications: childrenNamed(site, 'application').map((application) => {
      const path = attributeValue(application, 'path') ?? '/';
      const configPath = joinConfigPath(name, path);
      return {
        site: name,
        path,
        configPath,
        pool: attributeValue(application, 'applicationPool') ?? defaultPool,
        virtualDirectories: childrenNamed(application, 'virtualDirectory').map((directory) => ({
          path: attributeValue(directory, 'path') ?? '/',
          configPath: joinConfigPath(configPath, attributeValue(directory, 'path') ?? '/'),
          physicalPath: normalizeWindowsPath(
            expandVariables(attributeValue(directory, 'physicalPath') ?? '', environment),
          ),
        })),
      };
    }),
  };
};

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Whether `path` is `ancestor` or lies below it; '' is above everything. Case does not count. */
export const isAtOrBelow = (path: string, ancestor: string): boolean =>
  ancestor === '' || sameName(path, ancestor) || path.toLowerCase().startsWith(`${ancestor.toLowerCase()}/`);

interface PathIndex {
  readonly applications: ReadonlyMap<string, Application>;
  readonly directories: ReadonlyMap<string, VirtualDirectory>;
}

const indexes = new WeakMap<Topology, PathIndex>();

/** By configuration path in lower case; of two with one path the first counts. */
const indexOf = (topology: Topology): PathIndex => {
  const known = indexes.get(topology);
  if (known) return known;
  const applications = topology.sites.flatMap((site) => site.applications);
  const directories = applications.flatMap((application) => application.virtualDirectories);
  const byPath = <T extends {readonly configPath: string}>(all: readonly T[]): ReadonlyMap<string, T> =>
    new Map(all.toReversed().map((one) => [one.configPath.toLowerCase(), one]));
  const index = {applications: byPath(applications), directories: byPath(directories)};
  indexes.set(topology, index);
  return index;
};

const nearest = <T>(index: ReadonlyMap<string, T>, configPath: string): T | undefined => {
  for (let path = configPath.toLowerCase(); path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    const found = index.get(path);
    if (found) return found;
  }
  return undefined;
};

/** The application that a configuration path belongs to: the one with the longest path at or above it. */
export const applicationAt = (topology: Topology, configPath: string): Application | undefined =>
  nearest(indexOf(topology).applications, configPath);

/** The folder that a configuration path stands for: the nearest virtual directory, and the folders below it. */
export const physicalPathOf = (topology: Topology, configPath: string): string | undefined => {
  const directory = nearest(indexOf(topology).directories, configPath);
  if (!directory) return undefined;
  return normalizeWindowsPath(`${directory.physicalPath}\\${configPath.slice(directory.configPath.length)}`);
};
