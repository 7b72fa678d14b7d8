import {type Application, applicationsBelow, directoriesServing, isAtOrBelow, type Topology} from '../iis/topology.ts';
import {sha256} from '../kit/hash.ts';
import type {Action, Mitigation} from '../mitigation/model.ts';
import type {Assumption} from './model.ts';

/** The configuration path whose site an action looks at; '' for one that looks at every site; none for the others. */
const lookedAt = (action: Action): readonly string[] => {
  switch (action.kind) {
    case 'rewrite':
      return [action.target];
    case 'app-pool':
      // Its applications may stand in any site.
      return [''];
    case 'service':
    case 'nothing':
      return [];
  }
};

const siteOf = (configPath: string): string => configPath.split('/', 1)[0] ?? '';

/** Directories elsewhere that serve the same folders: they read the same web.config. */
const sharersOf = (topology: Topology, applications: readonly Application[], sites: readonly string[]) => {
  const folders = applications.flatMap(({virtualDirectories}) => virtualDirectories).map((one) => one.physicalPath);
  return directoriesServing(topology, folders).filter(
    ({configPath}) => !sites.some((site) => isAtOrBelow(configPath, site)),
  );
};

/**
 * What the decisions of a plan read of sites, applications, folders and pools. Other sites, bindings and certificates are
 * nobody's business here: a server with thousands of customers changes all day.
 */
export const assumeTopology = (topology: Topology, mitigations: readonly Mitigation[]): Assumption => {
  const paths = mitigations.flatMap(({actions}) => actions).flatMap(lookedAt);
  const sites = [...new Set(paths.map((path) => siteOf(path).toLowerCase()))].toSorted();
  const applications = (sites.includes('') ? [''] : sites).flatMap((site) => applicationsBelow(topology, site));
  return {
    what: 'sites, applications and virtual directories',
    value: sha256(JSON.stringify([applications, sharersOf(topology, applications, sites)])),
  };
};
