import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join, relative, resolve, sep} from 'node:path';
import {attributeValue, childrenNamed} from '../../iis/text/xml-node.ts';
import {Refusal} from '../../kit/refusal.ts';
import {exchangeBuild, type ServerJson, serverJson} from '../server-json.ts';
import {declarationsOf} from './config/declarations.ts';
import {apphostDocument, openWorld, poolsOf, type World} from './config/world.ts';
import {defaultServices} from './default-services.ts';
import {descriptionFile, readDescription} from './description.ts';
import {initialRuntime, sandboxStateFolder, updateRuntime} from './runtime.ts';

export interface CreateOptions {
  /** A folder that holds `C/`, perhaps further drives and server.json: a fixture, a snapshot, a bare tree. */
  readonly from: string;
  /** Exchange build, where neither server.json nor a folder name tells it, or another one is wanted. */
  readonly build?: string;
}

export interface CreatedSandbox {
  readonly dir: string;
  readonly build: string | undefined;
  readonly buildSource: string | undefined;
}

/** The files as they were when the sandbox was made; a simulated cumulative update puts them back. */
export const pristineFolder = (dir: string): string => join(sandboxStateFolder(dir), 'pristine');

/** rewrite.dll of URL Rewrite 2.1 */
const urlRewriteVersion = '7.1.1993.2351';
const refuse = (code: string, message: string, next: string, command?: string): never => {
  throw new Refusal(code, message, {next: [{label: next, ...(command === undefined ? {} : {command})}]});
};

/** @throws Refusal SANDBOX.BAD_BUILD */
export const requireBuild = (build: string | undefined): void => {
  if (build === undefined || exchangeBuild.test(build)) return;
  refuse('SANDBOX.BAD_BUILD', `--build ${build} is not a build`, 'Write it with four numbers, 15.2.1118.7');
};

/** Folders named by one letter are the drives of a server. */
const drivesIn = (folder: string): readonly string[] =>
  readdirSync(folder, {withFileTypes: true})
    .filter((entry) => entry.isDirectory() && /^[A-Z]$/.test(entry.name))
    .map(({name}) => name);

const checkPlace = ({from}: CreateOptions, dir: string): void => {
  if (!existsSync(join(from, 'C'))) {
    refuse(
      'SANDBOX.NO_TREE',
      `${from} holds no folder C`,
      'Name the folder that holds C, the copy of the server’s disk',
    );
  }
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    refuse('SANDBOX.NOT_EMPTY', `${dir} is not empty`, 'Name a folder that does not exist yet');
  }
  if (`${resolve(dir)}${sep}`.startsWith(`${resolve(from)}${sep}`)) {
    refuse('SANDBOX.INSIDE', `${dir} lies inside of ${from}`, 'Name a folder outside of the tree');
  }
};

// Fixtures and shared trees are often read-only; a server's own files are not.
const makeWritable = (folder: string): void => {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeWritable(path);
    else chmodSync(path, (statSync(path).mode & 0o777) | 0o200);
  }
};

const keepPristine = (dir: string): void => {
  const target = pristineFolder(dir);
  const files = drivesIn(dir).flatMap((drive) => readdirSync(join(dir, drive), {recursive: true, withFileTypes: true}));
  for (const entry of files) {
    if (!entry.isFile() || !/^(web|applicationHost)\.config$/i.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const copy = join(target, relative(dir, path));
    mkdirSync(dirname(copy), {recursive: true});
    copyFileSync(path, copy);
  }
};

const describe = (build: string, buildSource: string): ServerJson =>
  serverJson.parse({
    formatVersion: 1,
    hostName: 'SANDBOX',
    exchange: {build, buildSource},
    urlRewrite: null,
    services: defaultServices(build),
  });

/** The newest `15.2.x.y` that stands as a folder name in a location of applicationHost.config. */
const buildInLocations = (world: World): string | undefined => {
  const numbers = (build: string): number => build.split('.').reduce((sum, part) => sum * 100_000 + Number(part), 0);
  return childrenNamed(apphostDocument(world).root, 'location')
    .flatMap((location) => (attributeValue(location, 'path') ?? '').split('/'))
    .filter((segment) => exchangeBuild.test(segment))
    .toSorted((a, b) => numbers(b) - numbers(a))[0];
};

const write = (dir: string, description: ServerJson): void =>
  writeFileSync(descriptionFile(dir), `${JSON.stringify(description, undefined, 2)}\n`);

const describeTree = (dir: string, build: string | undefined): void => {
  // Only to look at the files with: what is unknown is found in them.
  write(dir, describe(build ?? '0.0.0.0', '--build'));
  const world = openWorld(dir);
  const found = build ?? buildInLocations(world);
  if (found === undefined) {
    refuse(
      'SANDBOX.NO_BUILD',
      'No folder name in applicationHost.config tells the Exchange build',
      'Say which build it is',
      `stopgap sandbox create ${dir} --from TREE --build 15.2.1118.7`,
    );
  } else {
    const source = build === undefined ? 'folder names in applicationHost.config' : '--build';
    const hasRewrite = [...declarationsOf(world).keys()].some((name) => name.startsWith('system.webServer/rewrite/'));
    write(dir, {...describe(found, source), urlRewrite: hasRewrite ? urlRewriteVersion : null});
  }
};

const adoptDescription = (dir: string, from: string, build: string | undefined): void => {
  writeFileSync(descriptionFile(dir), readFileSync(descriptionFile(from)));
  const description = readDescription(dir);
  if (build !== undefined) {
    const role = description.exchange?.role ?? 'mailbox';
    write(dir, {...description, exchange: {build, buildSource: '--build', role}});
  }
};

const firstRuntime = (dir: string): void => {
  const world = openWorld(dir);
  const initial = initialRuntime(world.description);
  const pools = poolsOf(world).map(({name, autoStart}) => [name, {state: autoStart ? 'Started' : 'Stopped'}] as const);
  updateRuntime(dir, new Date(), () => ({...initial, appPools: {...Object.fromEntries(pools), ...initial.appPools}}));
};

/** Makes a sandbox: the tree's files byte for byte, a server.json, and the state that a started server has. */
export const createSandbox = async (dir: string, options: CreateOptions): Promise<CreatedSandbox> => {
  const {from, build} = options;
  requireBuild(build);
  checkPlace(options, dir);
  mkdirSync(dir, {recursive: true});
  for (const drive of drivesIn(from)) {
    cpSync(join(from, drive), join(dir, drive), {recursive: true, dereference: true});
    makeWritable(join(dir, drive));
  }
  if (existsSync(descriptionFile(from))) adoptDescription(dir, from, build);
  else describeTree(dir, build);
  firstRuntime(dir);
  keepPristine(dir);
  const {exchange} = readDescription(dir);
  return {dir, build: exchange?.build, buildSource: exchange?.buildSource};
};
