import {isFault} from '../iis/config-file.ts';
import {type IisConfiguration, webConfigAt} from '../iis/configuration.ts';
import {layersOf, sectionsIn} from '../iis/layers.ts';
import {attributeValue, childrenNamed, type XmlElement} from '../iis/text/xml-node.ts';
import {type Application, applicationAt, isAtOrBelow, joinConfigPath, type Site, sameName} from '../iis/topology.ts';

/** A part of a site whose requests meet rules of their own: an application, or a folder below it. */
export interface Place {
  /** `/`, `/app`, `/app/folder`. */
  readonly path: string;
  readonly configPath: string;
  readonly application: Application;
}

const locationPaths = (root: XmlElement): readonly string[] =>
  childrenNamed(root, 'location').map((location) => attributeValue(location, 'path') ?? '');

/** Whether rewrite rules stand there that requests beside it do not meet. */
const hasOwnRules = async (configuration: IisConfiguration, configPath: string): Promise<boolean> =>
  (await layersOf(configuration, configPath)).layers.some(
    ({level, holder}) => sameName(level, configPath) && sectionsIn(holder, 'system.webServer/rewrite').length > 0,
  );

/**
 * Applications, and below them virtual directories and locations with rules of their own. A folder that only its
 * web.config tells of is not found: a server is asked for files, not for lists of them.
 */
export const placesOf = async (configuration: IisConfiguration, site: Site): Promise<readonly Place[]> => {
  const {topology, applicationHost} = configuration;
  const named = [...locationPaths(applicationHost.document.root)];
  for (const {configPath, virtualDirectories} of site.applications) {
    const own = (await webConfigAt(configuration, configPath))?.result;
    if (own && !isFault(own)) {
      named.push(...locationPaths(own.file.document.root).map((path) => joinConfigPath(configPath, path)));
    }
    named.push(...virtualDirectories.map((directory) => directory.configPath));
  }
  const places: Place[] = site.applications.map((application) => ({
    path: application.path,
    configPath: application.configPath,
    application,
  }));
  const inside = new Map(named.map((path) => joinConfigPath(path)).map((path) => [path.toLowerCase(), path]));
  for (const configPath of inside.values()) {
    const application = applicationAt(topology, configPath);
    if (!application || !isAtOrBelow(configPath, site.name) || sameName(application.configPath, configPath)) continue;
    if (await hasOwnRules(configuration, configPath))
      places.push({path: configPath.slice(site.name.length), configPath, application});
  }
  return places;
};
