import {Refusal} from '../kit/refusal.ts';
import type {FileReader} from '../server/server.ts';
import {joinWindowsPath, windowsPathKey} from '../server/windows-path.ts';
import {type ConfigFile, type ConfigFileResult, isFault, lineOf, malformed, readConfigFile} from './config-file.ts';
import {readFramework} from './framework.ts';
import {declareSameSites, readTopology} from './read-topology.ts';
import {attributeValue, childNamed} from './text/xml-node.ts';
import {directoryAt, physicalPathOf, sameName, type Topology} from './topology.ts';

/** Where the configuration of a server is found. */
export interface ConfigurationSource {
  /** `C:\Windows\System32\inetsrv\config` */
  readonly configFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The configuration of one server at one moment. Files are read once and kept, so that everything that is decided is
 * decided on the same bytes.
 */
export interface IisConfiguration {
  readonly applicationHost: ConfigFile;
  readonly topology: Topology;
  /** The web.config of a folder, whatever state it is in; `undefined` where there is none. */
  webConfig(folder: string): Promise<ConfigFileResult | undefined>;
  /** machine.config and the web.config of the machine, as far as they are there: every path reads them first. */
  framework(): Promise<readonly ConfigFileResult[]>;
  /** Any other file of the server, as a section that stands in a file of its own. */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** The same configuration with other content in some files: what it would be after a change. */
  withFiles(changed: readonly ConfigFile[]): IisConfiguration;
}

const refuseRedirection = (path: string, where: {readonly file: string; readonly line: number}): Refusal =>
  new Refusal('IIS.SHARED_CONFIGURATION', `this server takes its IIS configuration from a share (${path})`, {
    where,
    untouched:
      'Nothing was changed, and the share was not looked at: one write would have reached every server that uses it.',
    next: [
      {label: 'Switch shared configuration off on this server (IIS Manager, Shared Configuration), then plan again'},
    ],
  });

const checkRedirection = async (reader: FileReader, folder: string): Promise<void> => {
  const result = await readConfigFile(reader, joinWindowsPath(folder, 'redirection.config'));
  if (result === undefined) return;
  if (isFault(result)) throw malformed(result.fault);
  const {file} = result;
  const redirection = childNamed(file.document.root, 'configurationRedirection');
  if (redirection && attributeValue(redirection, 'enabled')?.toLowerCase() === 'true') {
    const where = {file: file.path, line: lineOf(file, redirection)};
    throw refuseRedirection(attributeValue(redirection, 'path') ?? 'unknown path', where);
  }
};

/** Sites and pools that stand in a file of their own (childSource): whoever reads them here would see none. */
const refuseChildSources = (file: ConfigFile): void => {
  const host = childNamed(file.document.root, 'system.applicationHost');
  const sections = host
    ? [host, ...host.children.filter(({name}) => name === 'sites' || name === 'applicationPools')]
    : [];
  const element = sections.find((section) => attributeValue(section, 'childSource') !== undefined);
  if (!element) return;
  const where = {file: file.path, line: lineOf(file, element)};
  throw new Refusal('IIS.CHILD_SOURCE', `<${element.name}> of ${file.path} takes its content from another file`, {
    where,
    untouched: 'Nothing was changed: what this server serves cannot be read from one file.',
    next: [{label: 'Put the content back into applicationHost.config, then plan again'}],
  });
};

/**
 * Reads redirection.config and applicationHost.config; web.config files are read when they are asked for.
 * @throws Refusal IIS.NOT_FOUND, IIS.MALFORMED, IIS.SHARED_CONFIGURATION
 */
export const loadConfiguration = async (reader: FileReader, source: ConfigurationSource): Promise<IisConfiguration> => {
  await checkRedirection(reader, source.configFolder);
  const path = joinWindowsPath(source.configFolder, 'applicationHost.config');
  const result = await readConfigFile(reader, path);
  if (result === undefined) {
    throw new Refusal('IIS.NOT_FOUND', `there is no ${path}: is IIS installed?`, {where: {file: path}});
  }
  if (isFault(result)) throw malformed(result.fault);
  const applicationHost = result.file;
  refuseChildSources(applicationHost);
  let framework: ReturnType<typeof readFramework> | undefined;
  return configurationOf(reader, {
    source,
    framework: () => {
      framework ??= readFramework(reader, source.environment);
      return framework;
    },
    applicationHost,
    topology: readTopology(applicationHost, source.environment),
  });
};

interface Known {
  readonly source: ConfigurationSource;
  readonly framework: IisConfiguration['framework'];
  readonly applicationHost: ConfigFile;
  readonly topology: Topology;
}

const configurationOf = (
  reader: FileReader,
  {source, framework, applicationHost, topology}: Known,
  known: ReadonlyMap<string, Promise<ConfigFileResult | undefined>> = new Map(),
): IisConfiguration => {
  const kept = new Map(known);
  // Rules are added to files of thousands of sites, which stay as they are.
  const topologyAfter = (host: ConfigFile): Topology =>
    declareSameSites(applicationHost, host) ? topology : readTopology(host, source.environment);
  return {
    applicationHost,
    topology,
    framework,
    readFile: (path) => reader.readFile(path),
    webConfig: (folder) => {
      const path = joinWindowsPath(folder, 'web.config');
      const key = windowsPathKey(path);
      const result = kept.get(key) ?? readConfigFile(reader, path);
      kept.set(key, result);
      return result;
    },
    withFiles: (changed) => {
      const files = new Map(changed.map((file) => [windowsPathKey(file.path), file]));
      const host = files.get(windowsPathKey(applicationHost.path)) ?? applicationHost;
      const parsed = [...files].map(([key, file]) => [key, Promise.resolve({file})] as const);
      return configurationOf(
        reader,
        {source, framework, applicationHost: host, topology: topologyAfter(host)},
        new Map([...kept, ...parsed]),
      );
    },
  };
};

/** The web.config of a configuration path, with the path it has or would have; `undefined`: IIS reads none there. */
export const webConfigAt = async (
  configuration: IisConfiguration,
  configPath: string,
): Promise<
  {readonly path: string; readonly folder: string; readonly result: ConfigFileResult | undefined} | undefined
> => {
  const {topology} = configuration;
  const directory = directoryAt(topology, configPath);
  const folder = physicalPathOf(topology, configPath);
  if (!directory || folder === undefined) return undefined;
  if (!directory.allowSubDirConfig && !sameName(directory.configPath, configPath)) return undefined;
  return {path: joinWindowsPath(folder, 'web.config'), folder, result: await configuration.webConfig(folder)};
};
