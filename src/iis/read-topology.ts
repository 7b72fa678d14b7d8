import {expandVariables, normalizeWindowsPath, windowsPathKey} from '../server/windows-path.ts';
import {type ConfigFile, lineOf} from './config-file.ts';
import {attributeValue, childNamed, childrenNamed, type XmlElement} from './text/xml-node.ts';
import {type Application, type AppPool, joinConfigPath, type Site, type Topology} from './topology.ts';

type Environment = Readonly<Record<string, string>>;

/** The value on first use. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: {readonly value: T} | undefined;
  return () => {
    made ??= {value: make()};
    return made.value;
  };
};

const sectionIn = (root: XmlElement, ...names: readonly string[]): XmlElement | undefined =>
  names.reduce<XmlElement | undefined>((element, name) => element && childNamed(element, name), root);

export const readTopology = (applicationHost: ConfigFile, environment: Environment): Topology => {
  const {root} = applicationHost.document;
  const section = sectionIn(root, 'system.applicationHost', 'sites');
  const sites = (section ? childrenNamed(section, 'site') : []).map(
    (element) => new DeclaredSite(element, section, environment),
  );
  const pools = lazily(() => readPools(applicationHost));
  const looked: {readonly keys: ReadonlySet<string>; readonly sites: readonly Site[]}[] = [];
  return {
    sites,
    get pools() {
      return pools();
    },
    sitesNaming: (folders) => {
      const keys = new Set(folders.map(windowsPathKey));
      // Who may serve one of many folders may serve one of a few of them.
      const known = looked.find((one) => keys.isSubsetOf(one.keys));
      if (known) return known.sites;
      const found = sitesNaming(applicationHost, {sites, section}, folders);
      looked.push({keys, sites: found});
      return found;
    },
  };
};

const sitesNaming = (
  {document}: ConfigFile,
  {sites, section}: {readonly sites: readonly DeclaredSite[]; readonly section: XmlElement | undefined},
  folders: readonly string[],
): readonly Site[] => {
  if (section && childNamed(section, 'virtualDirectoryDefaults')) return sites;
  const names = namesAny(folders);
  return sites.filter(({element: {start, end}}) => names.test(document.slice(start, end)));
};

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Fits every text that could name one of the folders: the last two parts of its path as they are written, or something
 * that stands for another text: a variable, a reference, the folder above, defaults of the site.
 */
const namesAny = (folders: readonly string[]): RegExp => {
  const gap = '[\\\\/.]';
  const ends = folders.map((folder) => windowsPathKey(folder).split('\\').filter(Boolean).slice(-2).map(escapeRegExp));
  const written = ends.map((parts) => parts.join(`${gap}+`));
  const behindVariable = ends.map((parts) => `%[^"'\\\\/]*(?:${gap}+${parts.at(-1) ?? ''})?`);
  const path = [...new Set([...written, ...behindVariable])].join('|');
  return new RegExp(`(?:${path})${gap}*["']|\\.\\.|&|virtualDirectoryDefaults`, 'iu');
};

const booleanOf = (element: XmlElement, name: string): 'true' | 'false' | undefined => {
  const value = attributeValue(element, name)?.toLowerCase();
  return value === 'true' || value === 'false' ? value : undefined;
};

const readPools = (file: ConfigFile): readonly AppPool[] => {
  const section = sectionIn(file.document.root, 'system.applicationHost', 'applicationPools');
  if (!section) return [];
  const defaults = childNamed(section, 'applicationPoolDefaults');
  const autoStartDefault = (defaults && booleanOf(defaults, 'autoStart')) ?? 'true';
  return childrenNamed(section, 'add').map((pool) => ({
    name: attributeValue(pool, 'name') ?? '',
    autoStart: booleanOf(pool, 'autoStart') ?? null,
    autoStartDefault,
    get line() {
      return lineOf(file, pool);
    },
  }));
};

/** A site as its element declares it: of thousands only those are read that somebody asks for. */
class DeclaredSite implements Site {
  readonly element: XmlElement;
  readonly #section: XmlElement | undefined;
  readonly #environment: Environment;
  #name: string | undefined;
  #applications: readonly Application[] | undefined;

  constructor(element: XmlElement, section: XmlElement | undefined, environment: Environment) {
    this.element = element;
    this.#section = section;
    this.#environment = environment;
  }

  get name(): string {
    this.#name ??= attributeValue(this.element, 'name') ?? '';
    return this.#name;
  }

  get bindings(): Site['bindings'] {
    const bindings = childNamed(this.element, 'bindings');
    return (bindings ? childrenNamed(bindings, 'binding') : []).map((binding) => ({
      protocol: attributeValue(binding, 'protocol') ?? '',
      bindingInformation: attributeValue(binding, 'bindingInformation') ?? '',
    }));
  }

  get applications(): readonly Application[] {
    const around = {owners: [this.element, ...(this.#section ? [this.#section] : [])], environment: this.#environment};
    this.#applications ??= childrenNamed(this.element, 'application').map((application) =>
      readApplication(this.name, application, around),
    );
    return this.#applications;
  }
}

interface Around {
  /** The elements that may hold defaults, the nearest first. */
  readonly owners: readonly XmlElement[];
  readonly environment: Environment;
}

/** What the element says, or the nearest defaults do. */
const inherited = (
  element: XmlElement,
  attribute: string,
  {owners, defaults}: {readonly owners: readonly XmlElement[]; readonly defaults: string},
): string | undefined =>
  [element, ...owners.flatMap((owner) => childrenNamed(owner, defaults))]
    .map((one) => attributeValue(one, attribute))
    .find((value) => value !== undefined);

const readApplication = (site: string, application: XmlElement, {owners, environment}: Around): Application => {
  const path = attributeValue(application, 'path') ?? '/';
  const configPath = joinConfigPath(site, path);
  const applicationDefaults = {owners, defaults: 'applicationDefaults'};
  const directoryDefaults = {owners: [application, ...owners], defaults: 'virtualDirectoryDefaults'};
  return {
    site,
    path,
    configPath,
    // The schema's default.
    pool: inherited(application, 'applicationPool', applicationDefaults) ?? 'DefaultAppPool',
    virtualDirectories: childrenNamed(application, 'virtualDirectory').map((directory) => {
      const below = attributeValue(directory, 'path') ?? '/';
      const written = inherited(directory, 'physicalPath', directoryDefaults) ?? '';
      return {
        path: below,
        configPath: joinConfigPath(configPath, below),
        physicalPath: normalizeWindowsPath(expandVariables(written, environment)),
        allowSubDirConfig: inherited(directory, 'allowSubDirConfig', directoryDefaults)?.toLowerCase() !== 'false',
      };
    }),
  };
};

/** Whether two states of applicationHost.config have one text where sites and pools are declared, at one place. */
export const declareSameSites = (one: ConfigFile, other: ConfigFile): boolean => {
  if (one === other) return true;
  const [before, after] = [one, other].map(({document}) => childNamed(document.root, 'system.applicationHost'));
  if (!before || !after || before.start !== after.start || before.end !== after.end) return false;
  return one.document.slice(before.start, before.end) === other.document.slice(after.start, after.end);
};
