import type {IisConfiguration} from '../iis/configuration.ts';
import {applicationsBelow} from '../iis/topology.ts';
import {traceRequest} from '../rewrite/trace-request.ts';
import {statusOf} from './answer-status.ts';
import type {DeclaredAnswer, Step} from './model.ts';
import {type RulesFor, rulesOfSite} from './proof.ts';

/** What a GET of each application gets from the rules of a configuration; each site's rules are read once. */
const answersOf = (configuration: IisConfiguration) => {
  const sites = new Map<string, RulesFor>();
  return async (site: string, url: string): Promise<DeclaredAnswer['status'] | undefined> => {
    const rulesFor = sites.get(site) ?? rulesOfSite(configuration, site);
    sites.set(site, rulesFor);
    return statusOf(traceRequest(await rulesFor(url), {method: 'GET', url, headers: {}}).answer);
  };
};

const sentence = ({site, path, status}: DeclaredAnswer): string =>
  status === 'reset' ? `${site}${path} gives no answer any more` : `${site}${path} answers ${status} itself`;

const targetOf = ({kind, resources}: Step): string | undefined => {
  const [resource] = resources;
  const inbound = resource?.kind === 'element' && /\/(?:rules|globalRules)$/.test(resource.at.section);
  return kind === 'config-edit' && inbound ? resource.at.configPath : undefined;
};

/**
 * A rule that answers the first request of an application itself does so on purpose once the plan is accepted: the step
 * declares it, or the health probe would take the change back.
 */
export const declareAnswers = async (
  steps: readonly Step[],
  before: IisConfiguration,
  after: IisConfiguration,
): Promise<readonly Step[]> => {
  const was = answersOf(before);
  const willBe = answersOf(after);
  return Promise.all(
    steps.map(async (step) => {
      const target = targetOf(step);
      if (target === undefined) return step;
      const declares: DeclaredAnswer[] = [];
      for (const {site, path} of applicationsBelow(after.topology, target)) {
        const then = await willBe(site, path);
        if (then !== undefined && then !== (await was(site, path))) declares.push({site, path, status: then});
      }
      return declares.length === 0
        ? step
        : {
            ...step,
            declares: [...step.declares, ...declares],
            disruption: [...step.disruption, ...declares.map(sentence)],
          };
    }),
  );
};
