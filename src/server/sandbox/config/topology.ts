import {attributeValue, childNamed, childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {expandVariables, joinWindowsPath} from '../../windows-path.ts';

export interface Binding {
  readonly protocol: string;
  /** `*:443:mail.example.org` */
  readonly information: string;
}

export interface VirtualDirectory {
  readonly path: string;
  /** Variables resolved. */
  readonly physicalPath: string;
  /** As it stands in the file. */
  readonly writtenPath: string;
  readonly allowSubDirConfig: boolean;
  readonly element: XmlElement;
}

export interface Application {
  readonly site: string;
  readonly path: string;
  readonly pool: string;
  readonly virtualDirectories: readonly VirtualDirectory[];
  readonly element: XmlElement;
}

export interface Site {
  readonly name: string;
  readonly id: string;
  readonly autoStart: boolean;
  readonly bindings: readonly Binding[];
  readonly applications: readonly Application[];
  readonly element: XmlElement;
}

export interface Pool {
  readonly name: string;
  readonly autoStart: boolean;
  readonly runtimeVersion: string;
  readonly pipelineMode: string;
  readonly element: XmlElement;
}

type Environment = Readonly<Record<string, string>>;

const isTrue = (value: string | undefined, otherwise: boolean): boolean =>
  value === undefined ? otherwise : value.toLowerCase() === 'true';

/** All elements of that section path directly below `root`; a section group may stand there more than once. */
export const sectionElements = (root: XmlElement, section: string): readonly XmlElement[] =>
  section
    .split('/')
    .reduce<readonly XmlElement[]>(
      (elements, name) => elements.flatMap((element) => childrenNamed(element, name)),
      [root],
    );

const virtualDirectory = (element: XmlElement, environment: Environment): VirtualDirectory => {
  const written = attributeValue(element, 'physicalPath') ?? '';
  return {
    path: attributeValue(element, 'path') ?? '/',
    physicalPath: expandVariables(written, environment),
    writtenPath: written,
    allowSubDirConfig: isTrue(attributeValue(element, 'allowSubDirConfig'), true),
    element,
  };
};

const readBindings = (site: XmlElement): readonly Binding[] =>
  childrenNamed(site, 'bindings')
    .flatMap((bindings) => childrenNamed(bindings, 'binding'))
    .map((binding) => ({
      protocol: attributeValue(binding, 'protocol') ?? '',
      information: attributeValue(binding, 'bindingInformation') ?? '',
    }));

const defaultPool = (site: XmlElement, section: XmlElement): string => {
  const of = (element: XmlElement): string | undefined => {
    const defaults = childNamed(element, 'applicationDefaults');
    return defaults && attributeValue(defaults, 'applicationPool');
  };
  return of(site) ?? of(section) ?? 'DefaultAppPool';
};

const readSite = (element: XmlElement, section: XmlElement, environment: Environment): Site => {
  const name = attributeValue(element, 'name') ?? '';
  const otherwise = defaultPool(element, section);
  return {
    name,
    id: attributeValue(element, 'id') ?? '0',
    autoStart: isTrue(attributeValue(element, 'serverAutoStart'), true),
    bindings: readBindings(element),
    applications: childrenNamed(element, 'application').map((application) => ({
      site: name,
      path: attributeValue(application, 'path') ?? '/',
      pool: attributeValue(application, 'applicationPool') ?? otherwise,
      virtualDirectories: childrenNamed(application, 'virtualDirectory').map((directory) =>
        virtualDirectory(directory, environment),
      ),
      element: application,
    })),
    element,
  };
};

export const readSites = (configuration: XmlElement, environment: Environment): readonly Site[] =>
  sectionElements(configuration, 'system.applicationHost/sites').flatMap((section) =>
    childrenNamed(section, 'site').map((site) => readSite(site, section, environment)),
  );

export const readPools = (configuration: XmlElement): readonly Pool[] =>
  sectionElements(configuration, 'system.applicationHost/applicationPools').flatMap((section) => {
    const defaults = childNamed(section, 'applicationPoolDefaults');
    return childrenNamed(section, 'add').map((element) => {
      const value = (name: string): string | undefined =>
        attributeValue(element, name) ?? (defaults && attributeValue(defaults, name));
      return {
        name: attributeValue(element, 'name') ?? '',
        autoStart: isTrue(value('autoStart'), true),
        runtimeVersion: value('managedRuntimeVersion') ?? '',
        pipelineMode: value('managedPipelineMode') ?? 'Integrated',
        element,
      };
    });
  });

/** `/owa/` and `owa` become `/owa`; the root is `/`. */
export const urlPath = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;

/** The part of `path` below `prefix`, or `undefined` when it is not below it. */
export const below = (prefix: string, path: string): string | undefined => {
  const [start, whole] = [urlPath(prefix).toLowerCase(), urlPath(path)];
  if (start === '/') return whole.slice(1);
  if (whole.toLowerCase() === start) return '';
  return whole.toLowerCase().startsWith(`${start}/`) ? whole.slice(start.length + 1) : undefined;
};

const longest = <T extends {readonly path: string}>(items: readonly T[], path: string): T | undefined =>
  items
    .filter((item) => below(item.path, path) !== undefined)
    .toSorted((a, b) => urlPath(b.path).length - urlPath(a.path).length)[0];

export interface Place {
  readonly site: Site;
  readonly application: Application;
  readonly virtualDirectory: VirtualDirectory;
  /** The folder that the path stands for. */
  readonly folder: string;
}

/** Where a path of a site leads: application and virtual directory by longest prefix. */
export const placeOf = (site: Site, path: string): Place | undefined => {
  const application = longest(site.applications, path);
  const inside = application && below(application.path, path);
  if (!application || inside === undefined) return undefined;
  const directory = longest(application.virtualDirectories, inside);
  const rest = directory && below(directory.path, inside);
  if (!directory || rest === undefined) return undefined;
  return {site, application, virtualDirectory: directory, folder: joinWindowsPath(directory.physicalPath, rest)};
};
