import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {isFault, parseConfigFile} from '../iis/config-file.ts';
import {type IisConfiguration, loadConfiguration, webConfigAt} from '../iis/configuration.ts';
import {frameworkPaths} from '../iis/framework.ts';
import {layersOf} from '../iis/layers.ts';
import {schemaPaths} from '../iis/schema/server-schemas.ts';
import {decodeText, encodeText} from '../iis/text/decode.ts';
import {attributeValue, childrenNamed} from '../iis/text/xml-node.ts';
import {canonicalJson} from '../kit/canonical-json.ts';
import {writeDurably} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import {redact} from '../kit/redact.ts';
import {Refusal} from '../kit/refusal.ts';
import {version} from '../kit/version.ts';
import type {RewriteSection} from '../mitigation/model.ts';
import {assumeSection} from '../plan/rewrite-steps.ts';
import type {ServerReader} from '../server/server.ts';
import {type ServerJson, serverJson} from '../server/server-json.ts';
import {joinWindowsPath, normalizeWindowsPath, windowsPathKey} from '../server/windows-path.ts';
import {builtInCatalogue} from './catalogue.ts';

export interface SnapshotResult {
  readonly files: readonly {readonly path: string; readonly sha256: string; readonly redacted: boolean}[];
  readonly unreadable: readonly {readonly path: string; readonly sha256: string}[];
  readonly services: number;
  readonly pools: number;
}

const sections: readonly RewriteSection[] = [
  'rules',
  'globalRules',
  'outboundRules',
  'allowedServerVariables',
  'rewriteMaps',
];

/** Every configuration path that some file speaks of: sites, applications, directories, and folders with a location. */
const configPathsOf = ({topology, applicationHost}: IisConfiguration): readonly string[] => {
  const declared = topology.sites
    .flatMap(({applications}) => applications)
    .flatMap(({virtualDirectories}) => virtualDirectories)
    .map(({configPath}) => configPath);
  const located = childrenNamed(applicationHost.document.root, 'location')
    .map((location) => attributeValue(location, 'path') ?? '')
    .filter((path) => path !== '' && path !== '.');
  return [...new Map([...declared, ...located].map((path) => [path.toLowerCase(), path])).values()];
};

/** Paths of the files that planning may read, whether they are there or not. */
const pathsOf = async (reader: ServerReader, configuration: IisConfiguration): Promise<readonly string[]> => {
  const {environment} = await reader.facts();
  const paths = [
    joinWindowsPath(reader.configFolder, 'applicationHost.config'),
    joinWindowsPath(reader.configFolder, 'redirection.config'),
    ...frameworkPaths(environment),
    ...schemaPaths(reader.configFolder),
  ];
  for (const configPath of configPathsOf(configuration)) {
    const found = await webConfigAt(configuration, configPath);
    if (found) paths.push(found.path);
    // Sections that stand in files of their own.
    const {layers} = await layersOf(configuration, configPath);
    for (const {sources} of layers) for (const {path} of sources?.values() ?? []) paths.push(path);
  }
  return [...new Map(paths.map((path) => [windowsPathKey(path), normalizeWindowsPath(path)])).values()];
};

interface Copied {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Uint8Array | undefined;
  readonly redacted: boolean;
}

/** The file without its secrets; a file that is no text cannot be searched for them and is not copied. */
const copyOf = (path: string, bytes: Uint8Array): Copied => {
  const decoded = decodeText(bytes);
  const digest = sha256(bytes);
  if ('reason' in decoded) return {path, sha256: digest, bytes: undefined, redacted: false};
  const text = redact(decoded.text);
  const redacted = text !== decoded.text;
  return {path, sha256: digest, bytes: redacted ? encodeText({...decoded, text}) : bytes, redacted};
};

const copyFiles = async (reader: ServerReader, paths: readonly string[]): Promise<readonly Copied[]> => {
  const copied: Copied[] = [];
  for (const path of paths) {
    const bytes = await reader.readFile(path);
    if (bytes) copied.push(copyOf(path, bytes));
  }
  return copied;
};

/** What plans assume of sections, where taking secrets out has changed it. */
const changedDigests = async (
  original: IisConfiguration,
  copied: readonly Copied[],
): Promise<Readonly<Record<string, string>>> => {
  const redacted = copied.flatMap(({path, bytes, redacted: changed}) => {
    const result = changed && bytes ? parseConfigFile(path, bytes) : undefined;
    return result && !isFault(result) ? [result.file] : [];
  });
  const without = original.withFiles(redacted);
  const digests: Record<string, string> = {};
  for (const configPath of ['', ...configPathsOf(original)]) {
    for (const section of sections) {
      const {what, value} = assumeSection(await layersOf(original, configPath), section);
      if (assumeSection(await layersOf(without, configPath), section).value !== value) digests[what] = value;
    }
  }
  return digests;
};

/** Services that some mitigation is about, and whatever they need or that needs them. */
const servicesOf = async (reader: ServerReader): Promise<ServerJson['services']> => {
  const actions = (await builtInCatalogue()).flatMap(({mitigations}) => mitigations).flatMap((one) => one.actions);
  const processes = new Map<string, string[]>();
  const wanted = actions.flatMap((action) => {
    if (action.kind !== 'service' && action.kind !== 'app-pool') return [];
    const monitoring = action.monitoring?.services ?? [];
    const last = monitoring.at(-1);
    if (last !== undefined) processes.set(last.toLowerCase(), [...(action.monitoring?.workers ?? [])]);
    return [...(action.kind === 'service' ? [action.service] : []), ...monitoring];
  });
  const found = new Map<string, ServerJson['services'][number]>();
  const take = async (name: string): Promise<void> => {
    if (found.has(name.toLowerCase())) return;
    const service = await reader.service(name);
    if (!service) return;
    const {displayName, state, startType, dependencies} = service;
    found.set(name.toLowerCase(), {
      name: service.name,
      displayName,
      state,
      startType,
      dependencies: [...dependencies],
      processes: processes.get(name.toLowerCase()) ?? [],
      stopSeconds: 2,
      acceptsStop: true,
    });
    for (const other of [...dependencies, ...(await reader.dependents(name))]) await take(other);
  };
  for (const name of wanted) await take(name);
  return [...found.values()];
};

const describe = async (reader: ServerReader, configuration: IisConfiguration): Promise<ServerJson> => {
  const facts = await reader.facts();
  const appPools: Record<string, string> = {};
  for (const {name} of configuration.topology.pools) {
    const state = await reader.appPoolState(name);
    if (state === 'Started' || state === 'Stopped') appPools[name] = state;
  }
  return serverJson.parse({
    formatVersion: 1,
    hostName: facts.hostName,
    exchange: facts.exchange ?? null,
    urlRewrite: facts.urlRewriteVersion ?? null,
    iis: facts.iisVersion,
    environment: facts.environment,
    services: await servicesOf(reader),
    appPools,
    setupBlockers: facts.setupBlockers,
    elevated: facts.elevated,
  });
};

const checkEmpty = async (dir: string): Promise<void> => {
  const entries = await readdir(dir).catch(() => []);
  if (entries.length === 0) return;
  throw new Refusal('SNAPSHOT.NOT_EMPTY', `${dir} is not empty`, {
    next: [{label: 'Name a folder that does not exist yet'}],
  });
};

const writeBelow = async (dir: string, path: string, bytes: Uint8Array): Promise<void> => {
  const host = join(dir, ...path.replace(/^([A-Za-z]):/, (_, drive: string) => drive.toUpperCase()).split('\\'));
  await mkdir(dirname(host), {recursive: true, mode: 0o700});
  await writeFile(host, bytes, {mode: 0o600});
};

/**
 * Copies what a plan needs of a server into a folder, without its secrets. A plan that is made from the copy holds on the
 * server: digests of what the copy cannot show any more are kept.
 * @throws Refusal SNAPSHOT.NOT_EMPTY, IIS.*
 */
export const takeSnapshot = async (reader: ServerReader, dir: string, now: Date): Promise<SnapshotResult> => {
  await checkEmpty(dir);
  const {environment} = await reader.facts();
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const copied = await copyFiles(reader, await pathsOf(reader, configuration));
  const description = await describe(reader, configuration);
  const files = copied
    .filter(({bytes}) => bytes)
    .map(({path, sha256: digest, redacted}) => ({path, sha256: digest, redacted}));
  const unreadable = copied.filter(({bytes}) => !bytes).map(({path, sha256: digest}) => ({path, sha256: digest}));
  const digests = await changedDigests(configuration, copied);
  const about = {formatVersion: 1, takenAt: now.toISOString(), stopgap: version, files, unreadable, digests};
  await mkdir(dir, {recursive: true, mode: 0o700});
  for (const {path, bytes} of copied) if (bytes) await writeBelow(dir, path, bytes);
  await writeFile(join(dir, 'server.json'), canonicalJson(description), {mode: 0o600});
  // Last, and whole or not at all: without it nothing of the folder is read.
  await writeDurably(join(dir, 'snapshot.json'), canonicalJson(about));
  const {services, appPools} = description;
  return {files, unreadable, services: services.length, pools: Object.keys(appPools).length};
};
