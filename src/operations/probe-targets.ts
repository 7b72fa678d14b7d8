import {type ProbeTarget, sameTarget} from '../apply/probes.ts';
import {loadConfiguration} from '../iis/configuration.ts';
import {applicationsBelow, type Topology} from '../iis/topology.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {PlanBody, Step} from '../plan/model.ts';
import type {ServerReader} from '../server/server.ts';

/**
 * Virtual directories of the front end whose health Exchange tells load balancers, on a page of their own. Source:
 * Microsoft Learn, Load balancing in Exchange Server.
 */
const hasHealthPage: ReadonlySet<string> = new Set([
  '/owa',
  '/ecp',
  '/ews',
  '/autodiscover',
  '/mapi',
  '/rpc',
  '/oab',
  '/microsoft-server-activesync',
  '/powershell',
]);

/** The applications that a plan reloads, stops or starts again: those whose answers are compared. */
export const probeTargets = async (reader: ServerReader, body: PlanBody): Promise<readonly ProbeTarget[]> => {
  const topology = await topologyOf(reader);
  if (!topology) return [];
  const steps = body.steps.filter(({status}) => status === 'to-do');
  const edited = steps.flatMap(editedPaths).flatMap((path) => applicationsBelow(topology, path));
  const declared = steps.flatMap(({declares}) => declares);
  const isDeclared = ({site, path}: ProbeTarget): boolean => declared.some((one) => sameTarget(one, {site, path}));
  // The page says what Managed Availability thinks: without it, nobody knows what the page says.
  const monitored = steps.every(({kind}) => kind !== 'monitoring-off');
  const targets = [...edited, ...declared].map(({site, path}): ProbeTarget => {
    const asksPage = monitored && hasHealthPage.has(path.toLowerCase()) && !isDeclared({site, path});
    return {site, path, ...(asksPage ? {page: `${path}/healthcheck.htm`} : {})};
  });
  return [...new Map(targets.map((target) => [`${target.site}${target.path}`.toLowerCase(), target])).values()];
};

/** `undefined` where IIS cannot read its configuration: then nothing answers, and only a restore of the file comes here. */
const topologyOf = async (reader: ServerReader): Promise<Topology | undefined> => {
  const {environment} = await reader.facts();
  try {
    return (await loadConfiguration(reader, {configFolder: reader.configFolder, environment})).topology;
  } catch (error) {
    if (isRefusal(error) && error.code === 'IIS.MALFORMED') return undefined;
    throw error;
  }
};

const editedPaths = ({resources}: Step): readonly string[] =>
  resources.flatMap((resource) => (resource.kind === 'element' ? [resource.at.configPath] : []));
