import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ServerFacts, ServerReader} from '../../src/server/server.ts';
import {defaultEnvironment, type ServerJson, serverJson} from '../../src/server/server-json.ts';
import type {AppPoolState, Service} from '../../src/server/service.ts';
import {windowsPathKey} from '../../src/server/windows-path.ts';

/*
 * A server to plan on: files by Windows path, services, pools. It can be read and nothing else, so a test that plans on
 * it proves that planning needs no more.
 */

export interface MemoryServerParts {
  /** Text or bytes by Windows path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly services?: readonly Service[];
  readonly pools?: Readonly<Record<string, AppPoolState>>;
  readonly build?: string;
  readonly facts?: Partial<ServerFacts>;
  readonly processes?: readonly string[];
}

export interface MemoryServer extends ServerReader {
  /** Paths that were read, to prove what a decision did not look at. */
  readonly read: readonly string[];
  with(parts: MemoryServerParts): MemoryServer;
}

export const configFolder = 'C:\\Windows\\System32\\inetsrv\\config';
export const applicationHostPath = `${configFolder}\\applicationHost.config`;

export const service = (name: string, others: Partial<Service> = {}): Service => ({
  name,
  displayName: name,
  state: 'RUNNING',
  startType: 'auto',
  dependencies: [],
  ...others,
});

const merged = (a: MemoryServerParts, b: MemoryServerParts): MemoryServerParts => ({
  ...a,
  ...b,
  files: {...a.files, ...b.files},
  pools: {...a.pools, ...b.pools},
  facts: {...a.facts, ...b.facts},
  services: [
    ...(a.services ?? []).filter(({name}) => !b.services?.some((other) => other.name === name)),
    ...(b.services ?? []),
  ],
});

/** Direct and indirect dependents, the outermost first: none stands behind one that it needs. */
const dependentsOf = (services: readonly Service[], name: string): readonly string[] => {
  const direct = services.filter(({dependencies}) => dependencies.some((needed) => sameText(needed, name)));
  return [...new Set(direct.flatMap((one) => [...dependentsOf(services, one.name), one.name]))];
};

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const memoryServer = (parts: MemoryServerParts): MemoryServer => {
  const files = new Map(Object.entries(parts.files ?? {}).map(([path, content]) => [windowsPathKey(path), content]));
  const services = parts.services ?? [];
  const read: string[] = [];
  return {
    kind: 'snapshot',
    name: 'memory',
    configFolder,
    read,
    with: (others) => memoryServer(merged(parts, others)),
    readFile: async (path) => {
      read.push(path);
      const content = files.get(windowsPathKey(path));
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    facts: async () => ({
      hostName: 'MEMORY',
      exchange:
        parts.build === undefined
          ? undefined
          : {build: parts.build, buildSource: 'ExSetup.exe', role: 'mailbox' as const},
      exchangeUnreadable: undefined,
      urlRewriteVersion: '7.1.1993.2336',
      iisVersion: '10.0',
      environment: defaultEnvironment,
      setupBlockers: [],
      elevated: true,
      ...parts.facts,
    }),
    service: async (name) => services.find((one) => sameText(one.name, name)),
    dependents: async (name) => dependentsOf(services, name),
    appPoolState: async (name) => Object.entries(parts.pools ?? {}).find(([pool]) => sameText(pool, name))?.[1],
    processRuns: async (image) => (parts.processes ?? []).some((name) => sameText(name, image)),
  };
};

/** Every file below `C/` of a tree, by its Windows path. */
export const filesOfTree = (folder: string): Readonly<Record<string, Uint8Array>> => {
  const root = join(folder, 'C');
  const names = readdirSync(root, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`C:${path.slice(root.length).replaceAll('/', '\\')}`, new Uint8Array(readFileSync(path))];
    }),
  );
};

const servicesOf = (json: ServerJson): readonly Service[] =>
  json.services.map(({name, displayName, state, startType, dependencies}) => ({
    name,
    displayName,
    state,
    startType,
    dependencies,
  }));

/** A fixture: `C/` and server.json. Pools run unless server.json says otherwise. */
export const fixtureServer = (name: string): MemoryServer => {
  const folder = join(import.meta.dirname, '../../fixtures/iis/servers', name);
  const json = serverJson.parse(JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')));
  const files = filesOfTree(folder);
  return memoryServer({
    files,
    services: servicesOf(json),
    pools: {...startedPools(files), ...json.appPools},
    ...(json.exchange ? {build: json.exchange.build} : {}),
  });
};

/** The real tree of an Exchange 2019 CU10 server; `undefined` where it is not at hand. */
const realFolder = join(import.meta.dirname, '../../../shared/real/exchange2019');
export const hasRealTree: boolean = existsSync(realFolder);
export const realServer = (parts: MemoryServerParts = {}): MemoryServer => {
  const files = filesOfTree(realFolder);
  return memoryServer(merged({files, pools: startedPools(files), build: '15.2.922.7'}, parts));
};

const startedPools = (files: Readonly<Record<string, string | Uint8Array>>): Readonly<Record<string, AppPoolState>> => {
  const host = Object.entries(files).find(([path]) => sameText(path, applicationHostPath))?.[1] ?? '';
  const text = typeof host === 'string' ? host : new TextDecoder().decode(host);
  const section = /<applicationPools>([\s\S]*?)<\/applicationPools>/.exec(text)?.[1] ?? '';
  return Object.fromEntries([...section.matchAll(/<add name="([^"]*)"/g)].map((match) => [match[1] ?? '', 'Started']));
};
