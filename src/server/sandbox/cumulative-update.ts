import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {decodeText} from '../../iis/text/decode.ts';
import {applyEdits, type Edit} from '../../iis/text/edit.ts';
import {parseXml} from '../../iis/text/parse-xml.ts';
import {attributeValue, childrenNamed, type XmlElement} from '../../iis/text/xml-node.ts';
import {Refusal} from '../../kit/refusal.ts';
import {apphostDocument, openWorld, poolsOf, type World} from './config/world.ts';
import {removeElement, writeAttribute} from './config/writer.ts';
import {pristineFolder, requireBuild} from './create.ts';
import {descriptionFile, readDescription} from './description.ts';
import {reboot} from './restart.ts';
import {updateRuntime} from './runtime.ts';

export interface UpdateOptions {
  /** The build after the update; absent: the next hundred of the third number. */
  readonly build?: string;
  /** Locations of applicationHost.config become what they were, as when setup makes its virtual directories anew. */
  readonly dropLocations: boolean;
}

export interface UpdateResult {
  readonly from: string | undefined;
  readonly to: string;
  /** Windows paths of the files that were put back. */
  readonly replaced: readonly string[];
}

const nextBuild = (build: string | undefined): string => {
  const [major = '15', minor = '2', lane = '0'] = (build ?? '15.2.0.0').split('.');
  return [major, minor, Number(lane) + 100, 1].join('.');
};

const windowsPath = (path: string): string => path.replace(/^C(?=[/\\])/, 'C:').replaceAll('/', '\\');

const restoreWebConfigs = (dir: string): readonly string[] => {
  const pristine = pristineFolder(dir);
  if (!existsSync(pristine)) {
    throw new Refusal('SANDBOX.NO_PRISTINE', `${dir} was not made by "sandbox create"`, {
      next: [{label: 'Make the sandbox anew', command: `stopgap sandbox create ${dir} --from TREE`}],
    });
  }
  return readdirSync(pristine, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && /^web\.config$/i.test(entry.name))
    .map((entry) => {
      const from = join(entry.parentPath, entry.name);
      const path = relative(pristine, from);
      writeFileSync(join(dir, path), readFileSync(from));
      return windowsPath(path);
    });
};

const locations = (root: XmlElement): readonly XmlElement[] =>
  childrenNamed(root, 'location').filter((location) => (attributeValue(location, 'path') ?? '') !== '');

const pathOf = (location: XmlElement): string => attributeValue(location, 'path')?.toLowerCase() ?? '';

const pristineApphost = (dir: string, world: World) => {
  const host = world.disk.hostPath(world.apphost);
  if (host === undefined) return undefined;
  const decoded = decodeText(new Uint8Array(readFileSync(join(pristineFolder(dir), relative(dir, host)))));
  return 'reason' in decoded ? undefined : parseXml(decoded.text);
};

/** Every location as it was, or gone where there was none. */
const locationEdits = (dir: string, world: World): readonly Edit[] => {
  const document = apphostDocument(world);
  const before = pristineApphost(dir, world);
  return locations(document.root).flatMap((location) => {
    const old = before && locations(before.root).find((candidate) => pathOf(candidate) === pathOf(location));
    if (!before || !old) return [removeElement(document, location, 'leave')];
    const {start, end} = location;
    return [{at: start, remove: end - start, insert: before.text.slice(old.start, old.end)}];
  });
};

const automaticPools = (world: World): readonly Edit[] =>
  poolsOf(world)
    .filter(({element}) => attributeValue(element, 'autoStart')?.toLowerCase() === 'false')
    .map(({element}) => writeAttribute(element, 'autoStart', 'true'));

const updateApphost = (dir: string, dropLocations: boolean): void => {
  const world = openWorld(dir);
  const edits = [...automaticPools(world), ...(dropLocations ? locationEdits(dir, world) : [])];
  if (edits.length === 0) return;
  world.store.replaceText(world.apphost, applyEdits(apphostDocument(world).text, edits));
  for (const {path, bytes} of world.store.changes()) world.disk.write(path, bytes);
};

const automaticServices = (dir: string, realTime: Date): void => {
  const {services} = readDescription(dir);
  updateRuntime(dir, realTime, (runtime) => ({
    ...runtime,
    services: Object.fromEntries(services.map(({name, startType, state}) => [name, {state, startType}])),
  }));
};

/**
 * What a cumulative update does to what was changed by hand: web.configs are those of setup again, services and pools
 * start by themselves again, applicationHost.config stays or loses what setup did not write.
 */
export const cumulativeUpdate = (dir: string, realTime: Date, options: UpdateOptions): UpdateResult => {
  // In front of everything that writes: a server.json with such a build would not be read again.
  requireBuild(options.build);
  const replaced = restoreWebConfigs(dir);
  updateApphost(dir, options.dropLocations);
  automaticServices(dir, realTime);
  const description = readDescription(dir);
  const to = options.build ?? nextBuild(description.exchange?.build);
  const exchange = {
    role: 'mailbox' as const,
    ...description.exchange,
    build: to,
    buildSource: 'simulated cumulative update',
  };
  writeFileSync(descriptionFile(dir), `${JSON.stringify({...description, exchange}, undefined, 2)}\n`);
  reboot(dir, realTime);
  return {from: description.exchange?.build, to, replaced};
};
