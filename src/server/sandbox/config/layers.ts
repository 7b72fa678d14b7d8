import {attributeValue, type XmlDocument, type XmlElement} from '../../../iis/text/xml-node.ts';
import {joinWindowsPath} from '../../windows-path.ts';
import {type ConfigPath, levelsOf, placeOfLevel, samePath} from './config-path.ts';
import {apphostDocument, frameworkFiles, type World} from './world.ts';

/** One file of the hierarchy that a path reads, from machine.config down. */
export interface Layer {
  readonly file: string;
  readonly document: XmlDocument;
  /** The configuration path that the file stands at; '' for the server level. */
  readonly level: string;
  /** Higher is further down: what a file locks is locked for every file of a higher rank. */
  readonly rank: number;
}

/** A part of a file that speaks for one level: its root, or a `<location>`. */
export interface Scope {
  readonly layer: Layer;
  readonly element: XmlElement;
  readonly level: string;
  /** inheritInChildApplications="false" is not set. */
  readonly inherits: boolean;
  readonly overrideMode: 'Allow' | 'Deny' | undefined;
}

export const apphostRank = 2;

/** Paths of the web.configs that a level reads, the level's own one last. One file may come twice, at two levels. */
export const webConfigOf = (level: ConfigPath): string | undefined => {
  const place = placeOfLevel(level);
  if (!place) return undefined;
  const {folder, virtualDirectory} = place;
  const isRoot = samePath(folder, joinWindowsPath(virtualDirectory.physicalPath));
  if (!isRoot && !virtualDirectory.allowSubDirConfig) return undefined;
  return joinWindowsPath(folder, 'web.config');
};

/** @throws ConfigFault when one of them is malformed */
export const layersOf = (world: World, target: ConfigPath): readonly Layer[] => {
  const framework = frameworkFiles(world).flatMap((file, rank) => {
    const document = world.store.document(file);
    return document ? [{file, document, level: '', rank}] : [];
  });
  const apphost: Layer = {file: world.apphost, document: apphostDocument(world), level: '', rank: apphostRank};
  const below = levelsOf(target).flatMap((level, index) => {
    const file = webConfigOf(level);
    const document = file === undefined ? undefined : world.store.document(file);
    return file === undefined || !document ? [] : [{file, document, level: level.path, rank: apphostRank + 1 + index}];
  });
  return [...framework, apphost, ...below];
};

/** The path that a `<location>` speaks for, given the level of its file. */
export const locationLevel = (fileLevel: string, location: XmlElement): string => {
  const path = (attributeValue(location, 'path') ?? '').replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
  if (path === '' || path === '.') return fileLevel;
  return fileLevel === '' ? path : `${fileLevel}/${path}`;
};

const overrideModeOf = (location: XmlElement): 'Allow' | 'Deny' | undefined => {
  const mode = attributeValue(location, 'overrideMode');
  if (mode === 'Allow' || mode === 'Deny') return mode;
  const legacy = attributeValue(location, 'allowOverride')?.toLowerCase();
  if (legacy === undefined) return undefined;
  return legacy === 'false' ? 'Deny' : 'Allow';
};

export const scopesOf = (layer: Layer): readonly Scope[] => {
  const {root} = layer.document;
  const locations = root.children
    .filter(({name}) => name === 'location')
    .map((element) => ({
      layer,
      element,
      level: locationLevel(layer.level, element),
      inherits: attributeValue(element, 'inheritInChildApplications')?.toLowerCase() !== 'false',
      overrideMode: overrideModeOf(element),
    }));
  return [{layer, element: root, level: layer.level, inherits: true, overrideMode: undefined}, ...locations];
};

/** Whether `level` is `path` or above it. */
export const isAtOrAbove = (level: string, path: string): boolean =>
  level === '' || samePath(level, path) || path.toLowerCase().startsWith(`${level.toLowerCase()}/`);

const applicationOf = (level: ConfigPath | undefined): string | undefined =>
  level && placeOfLevel(level)?.application.path.toLowerCase();

/**
 * The parts that speak for the target, in the order in which IIS reads them: level by level from the server down, at
 * each level the locations of the files above before the file of the level itself.
 */
export const scopesFor = (layers: readonly Layer[], target: ConfigPath): readonly Scope[] => {
  const all = layers.flatMap(scopesOf);
  const levels = levelsOf(target);
  const application = applicationOf(target);
  return ['', ...levels.map(({path}) => path)].flatMap((level) => {
    const own = applicationOf(levels.find(({path}) => path === level));
    return all.filter((scope) => samePath(scope.level, level) && (scope.inherits || own === application));
  });
};
