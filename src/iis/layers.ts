import {type ConfigFault, type ConfigFile, type ConfigFileResult, isFault} from './config-file.ts';
import {resolveSources} from './config-source.ts';
import {type IisConfiguration, webConfigAt} from './configuration.ts';
import {locationsAtPath} from './locations.ts';
import {attributeValue, childrenNamed, type XmlElement} from './text/xml-node.ts';
import {applicationAt, sameName, type Topology} from './topology.ts';

/**
 * One piece of configuration that a path reads: a `<location>` of some file or the body of one. A configuration path
 * reads its layers in order, the outermost first.
 */
export interface Layer {
  readonly file: ConfigFile;
  /** `path` of the location as written; null: the body of the file. */
  readonly location: string | null;
  /** The element that holds section groups: `<configuration>` or `<location>`. */
  readonly holder: XmlElement;
  /** The configuration path at which the layer takes effect: '' for the server. */
  readonly level: string;
  /** Files that hold content of the layer, by the element that names them with configSource or childSource. */
  readonly sources?: ReadonlyMap<XmlElement, ConfigFile>;
}

export interface LayeredPath {
  readonly configPath: string;
  readonly layers: readonly Layer[];
  /** Files on the way that IIS cannot read: every request below them is answered 500.19. */
  readonly faults: readonly ConfigFault[];
}

/** A file and the configuration path that it is for. */
interface OwnedFile {
  readonly file: ConfigFile;
  readonly owner: string;
}

/** `'', 'Site', 'Site/owa', 'Site/owa/Calendar'` for the last of them. */
export const levelsOf = (configPath: string): readonly string[] => {
  const parts = configPath === '' ? [] : configPath.split('/');
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
};

/**
 * Inside of one level the locations that outer files hold for it come first, outermost file first, then the body of
 * the level's own file, then that file's locations for its own level. A folder that several levels share (virtual
 * directories on one path) is read once for each of them: this is how a rule in a shared web.config becomes a duplicate
 * of itself.
 */
export const layersOf = (configuration: IisConfiguration, configPath: string): Promise<LayeredPath> => {
  const paths = known.get(configuration) ?? new Map<string, Promise<LayeredPath>>();
  known.set(configuration, paths);
  const layers = paths.get(configPath) ?? readLayers(configuration, configPath);
  paths.set(configPath, layers);
  return layers;
};

/** A configuration is one moment: what a path reads in it does not change. */
const known = new WeakMap<IisConfiguration, Map<string, Promise<LayeredPath>>>();

/** What a level reads by itself: the server machine.config, the machine's web.config, applicationHost.config. */
const filesAt = async (configuration: IisConfiguration, level: string): Promise<readonly ConfigFileResult[]> => {
  if (level === '') return [...(await configuration.framework()), {file: configuration.applicationHost}];
  const result = (await webConfigAt(configuration, level))?.result;
  return result ? [result] : [];
};

const readLayers = async (configuration: IisConfiguration, configPath: string): Promise<LayeredPath> => {
  const files: OwnedFile[] = [];
  const faults: ConfigFault[] = [];
  const layers: Layer[] = [];
  for (const level of levelsOf(configPath)) {
    const results = await filesAt(configuration, level);
    layers.push(...files.flatMap((outer) => locationsAt(outer, level)));
    for (const result of results) {
      if (isFault(result)) {
        faults.push(result.fault);
        continue;
      }
      const own = {file: result.file, owner: level};
      layers.push({file: own.file, location: null, holder: own.file.document.root, level}, ...locationsAt(own, level));
      files.push(own);
    }
  }
  const {topology} = configuration;
  const inherited: Layer[] = [];
  for (const layer of layers.filter((one) => isInherited(topology, one, configPath))) {
    const resolved = await resolveSources(configuration, layer.file, layer.holder);
    faults.push(...resolved.faults);
    inherited.push(resolved.sources.size > 0 ? {...layer, sources: resolved.sources} : layer);
  }
  return {configPath, layers: inherited, faults};
};

const locationsAt = ({file, owner}: OwnedFile, level: string): readonly Layer[] => {
  // Levels are asked for from the outermost inwards, so the level is the file's own or below it.
  const below = sameName(level, owner) ? '' : level.slice(owner === '' ? 0 : owner.length + 1).toLowerCase();
  const holders = locationsAtPath(file.document, below);
  return holders.map((holder) => ({file, location: attributeValue(holder, 'path') ?? '', holder, level}));
};

/** inheritInChildApplications="false" ends a location at the border of the application in which it takes effect. */
const isInherited = (topology: Topology, layer: Layer, configPath: string): boolean =>
  attributeValue(layer.holder, 'inheritInChildApplications')?.toLowerCase() !== 'false' ||
  applicationAt(topology, layer.level)?.configPath === applicationAt(topology, configPath)?.configPath;

/** The section elements of one layer, `system.webServer/rewrite/rules`; groups may stand there more than once. */
export const sectionsIn = (holder: XmlElement, section: string): readonly XmlElement[] =>
  section
    .split('/')
    .reduce<readonly XmlElement[]>(
      (elements, name) => elements.flatMap((element) => childrenNamed(element, name)),
      [holder],
    );
