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
    sites: sites ? childrenNamed(sites, 'site').map((site) => readSite(site, sites, environment)) : [],
    pools: pools ? childrenNamed(pools, 'add').map((pool) => readPool(applicationHost, pool)) : [],
  };
};

const readPool = (file: ConfigFile, pool: XmlElement): AppPool => {
  const autoStart = attributeValue(pool, 'autoStart')?.toLowerCase();
  return {
    name: attributeValue(pool, 'name') ?? '',
    autoStart: autoStart === 'true' || autoStart === 'false' ? autoStart : null,
    line: lineOf(file, pool),
  };
};

const readSite = (site: XmlElement, sites: XmlElement, environment: Environment): Site => {
  const name = attributeValue(site, 'name') ?? '';
  const bindings = childNamed(site, 'bindings');
  // A site's own defaults win over those of all sites; the schema's default pool is DefaultAppPool.
  const defaults = [childNamed(site, 'applicationDefaults'), childNamed(sites, 'applicationDefaults')];
  const defaultPool =
    defaults
      .map((element) => element && attributeValue(element, 'applicationPool'))
      .find((pool) => pool !== undefined) ?? 'DefaultAppPool';
  return {
    name,
    bindings: (bindings ? childrenNamed(bindings, 'binding') : []).map((binding) => ({
      protocol: attributeValue(binding, 'protocol') ?? '',
      bindingInformation: attributeValue(binding, 'bindingInformation') ?? '',
    })),
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

/** The application that a configuration path belongs to: the one with the longest path at or above it. */
export const applicationAt = (topology: Topology, configPath: string): Application | undefined =>
  topology.sites
    .flatMap((site) => site.applications)
    .filter((application) => isAtOrBelow(configPath, application.configPath))
    .toSorted((a, b) => b.configPath.length - a.configPath.length)[0];

/** The folder that a configuration path stands for: the nearest virtual directory, and the folders below it. */
export const physicalPathOf = (topology: Topology, configPath: string): string | undefined => {
  const nearest = topology.sites
    .flatMap((site) => site.applications)
    .flatMap((application) => application.virtualDirectories)
    .filter((directory) => isAtOrBelow(configPath, directory.configPath))
    .toSorted((a, b) => b.configPath.length - a.configPath.length)[0];
  if (!nearest) return undefined;
  return normalizeWindowsPath(`${nearest.physicalPath}\\${configPath.slice(nearest.configPath.length)}`);
};
