import {readdir, readFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {z} from 'zod';
import {reasonOf} from '../../kit/file-refusal.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {ServerFacts, ServerReader} from '../server.ts';
import {defaultEnvironment, exchangeAnswer, type ServerJson, serverJson} from '../server-json.ts';
import type {Service} from '../service.ts';
import {joinWindowsPath, normalizeWindowsPath} from '../windows-path.ts';
import {snapshotJson} from './description.ts';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const readJson = async <S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> => {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new Refusal('SNAPSHOT.UNREADABLE', `${file} is no part of a snapshot: ${reason}`, {
      where: {file},
      next: [{label: 'Take a snapshot on the server', command: 'stopgap snapshot -o DIR'}],
      cause,
    });
  };
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return refuse(error instanceof SyntaxError ? 'it is no JSON' : reasonOf(error), error);
  }
  const result = schema.safeParse(value);
  const issue = result.error?.issues[0];
  return result.success ? result.data : refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
};

/** The file below a folder that a Windows path names, whatever its case; `undefined`: there is none. */
const hostPath = async (dir: string, path: string): Promise<string | undefined> => {
  const match = /^([A-Za-z]):\\(.*)$/.exec(normalizeWindowsPath(path));
  if (!match) return undefined;
  const parts = [match[1]?.toUpperCase() ?? 'C', ...(match[2] ?? '').split('\\')];
  let at = dir;
  for (const part of parts) {
    const names = await readdir(at).catch(() => []);
    const name = names.find((one) => one === part) ?? names.find((one) => same(one, part));
    if (name === undefined) return undefined;
    at = join(at, name);
  }
  return at;
};

const factsOf = ({
  hostName,
  exchange,
  urlRewrite,
  iis,
  environment,
  setupBlockers,
  elevated,
}: ServerJson): ServerFacts => ({
  hostName,
  exchange: exchange
    ? {build: exchange.build, buildSource: exchange.buildSource ?? 'server.json', role: exchange.role}
    : undefined,
  exchangeUnreadable: undefined,
  urlRewriteVersion: urlRewrite ?? undefined,
  iisVersion: iis,
  environment: {...defaultEnvironment, ...environment},
  setupBlockers,
  elevated,
});

/** Those that need a service, directly or not; what needs them comes before them, as they stop. */
const dependentsOf = (services: ServerJson['services'], name: string): readonly string[] => {
  const direct = services.filter(({dependencies}) => dependencies.some((one) => same(one, name)));
  return [...new Set(direct.flatMap((one) => [...dependentsOf(services, one.name), one.name]))];
};

const asService = ({name, displayName, state, startType, dependencies}: ServerJson['services'][number]): Service => ({
  name,
  displayName,
  state,
  startType,
  dependencies,
});

/** A copy of a server's configuration: it can be read, and there is nothing that could be changed. */
export const openSnapshot = async (dir: string): Promise<ServerReader> => {
  const folder = resolve(dir);
  const {digests} = await readJson(join(folder, 'snapshot.json'), snapshotJson);
  const description = await readJson(join(folder, 'server.json'), serverJson);
  const {services, appPools} = description;
  const facts = factsOf(description);
  return {
    kind: 'snapshot',
    name: `snapshot:${dir}`,
    configFolder: joinWindowsPath(facts.environment['SystemRoot'] ?? 'C:\\Windows', 'System32\\inetsrv\\config'),
    facts: async () => facts,
    readFile: async (path) => {
      const host = await hostPath(folder, path);
      return host === undefined ? undefined : new Uint8Array(await readFile(host));
    },
    service: async (name) => {
      const found = services.find((one) => same(one.name, name));
      return found && asService(found);
    },
    dependents: async (name) => dependentsOf(services, name),
    appPoolState: async (name) => Object.entries(appPools).find(([pool]) => same(pool, name))?.[1],
    processRuns: async (image) =>
      services.some(({state, processes}) => state !== 'STOPPED' && processes.some((one) => same(one, image))),
    digestOf: (what) => digests[what],
    exchangeSettings: async () => exchangeAnswer(description),
    maintenanceMode: async () => description.maintenanceMode,
  };
};
