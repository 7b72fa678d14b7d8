import type {IisConfiguration} from '../iis/configuration.ts';
import {layersOf} from '../iis/layers.ts';
import {applicationAt, joinConfigPath, sameName} from '../iis/topology.ts';

/** Names that no folder of Windows has: nothing is configured below them, and no file is looked for. */
const noFolder = /[<>:"|?*\u0000-\u001f]|[. ]$/;

/**
 * The configuration path whose rules a request meets: its application, or the deepest folder below that has a web.config
 * or a location of its own. `path` is decoded and normalized.
 */
export const levelForRequest = async (configuration: IisConfiguration, site: string, path: string): Promise<string> => {
  const whole = joinConfigPath(site, path);
  const application = applicationAt(configuration.topology, whole)?.configPath ?? site;
  let deepest = application;
  let at = application;
  let faults = (await layersOf(configuration, application)).faults.length;
  for (const segment of whole
    .slice(application.length)
    .split('/')
    .filter((part) => part !== '')) {
    if (noFolder.test(segment)) break;
    at = joinConfigPath(at, segment);
    const layers = await layersOf(configuration, at);
    if (layers.faults.length > faults || layers.layers.some(({level}) => sameName(level, at))) deepest = at;
    faults = layers.faults.length;
  }
  return deepest;
};
