import {ConfigFault, native, win32} from './fault.ts';
import {type Place, placeOf, type Site} from './topology.ts';
import {sitesOf, type World} from './world.ts';

export const apphostPath = 'MACHINE/WEBROOT/APPHOST';

/** A place in the hierarchy below the server: '' or `Default Web Site/owa`, spelled as it was given. */
export interface ConfigPath {
  readonly path: string;
  readonly site: Site | undefined;
  /** The part below the site, `/owa`; `/` for the site itself. */
  readonly url: string;
}

export const serverLevel: ConfigPath = {path: '', site: undefined, url: '/'};

/** The full name, `MACHINE/WEBROOT/APPHOST/Default Web Site`. */
export const fullName = ({path}: ConfigPath): string => (path === '' ? apphostPath : `${apphostPath}/${path}`);

const fromUrl = (sites: readonly Site[], url: string): string | undefined => {
  const parsed = URL.parse(url);
  if (!parsed) return undefined;
  const site = siteOfUrl(sites, parsed);
  return site && `${site.name}${decodeURIComponent(parsed.pathname).replace(/\/+$/, '')}`;
};

/** The site that answers a URL: by host name and port of its bindings, else the first with that port, else the first. */
export const siteOfUrl = (sites: readonly Site[], url: URL): Site | undefined => {
  const protocol = url.protocol.replace(':', '');
  const port = url.port === '' ? (protocol === 'https' ? '443' : '80') : url.port;
  const fits = (site: Site, host: string): boolean =>
    site.bindings.some((binding) => {
      const [, boundPort, boundHost = ''] = /^.*:(\d+):(.*)$/.exec(binding.information) ?? [];
      return binding.protocol === protocol && boundPort === port && boundHost.toLowerCase() === host;
    });
  return (
    sites.find((site) => fits(site, url.hostname.toLowerCase())) ?? sites.find((site) => fits(site, '')) ?? sites[0]
  );
};

const unknown = (name: string): never => {
  throw new ConfigFault('', 0, native.unknownPath(`${apphostPath}/${name}`), win32.pathNotFound);
};

/**
 * Reads an identifier of a configuration level: none, `Site/path`, a URL or `MACHINE/WEBROOT/APPHOST/...`.
 * @throws ConfigFault when no such site exists
 */
export const parseConfigPath = (world: World, identifier: string): ConfigPath => {
  const given = identifier.replaceAll('\\', '/').replace(/\/+$/, '');
  const upper = given.toUpperCase();
  if (given === '' || apphostPath === upper || apphostPath.startsWith(`${upper}/`)) return serverLevel;
  const sites = sitesOf(world);
  const short = upper.startsWith(`${apphostPath}/`) ? given.slice(apphostPath.length + 1) : given;
  const path = /^https?:\/\//i.test(short) ? (fromUrl(sites, short) ?? unknown(short)) : short;
  const name = path.split('/')[0] ?? '';
  const site = sites.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase()) ?? unknown(name);
  return {path, site, url: path.slice(name.length) || '/'};
};

/** The path and those above it, from the site down; the server level is not among them. */
export const levelsOf = ({path, site}: ConfigPath): readonly ConfigPath[] => {
  if (!site) return [];
  const segments = path.split('/');
  return segments.map((_, index) => ({
    path: segments.slice(0, index + 1).join('/'),
    site,
    url: `/${segments.slice(1, index + 1).join('/')}`,
  }));
};

export const placeOfLevel = (level: ConfigPath): Place | undefined => level.site && placeOf(level.site, level.url);

export const samePath = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
