import type {IisConfiguration} from '../iis/configuration.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {outboundFired, rewriteActions, ruleNames, rulesOfSite, tryProbes} from '../plan/proof.ts';

export interface Effect {
  /** What the mitigation must block is blocked, what it must change is changed. */
  readonly proven: boolean;
  readonly sentences: readonly string[];
}

/**
 * Tries what a mitigation is for on the configuration in force. Services and pools that are off prove themselves; a
 * rule proves itself by the requests that it must block, or by the answers that it must change.
 */
export const effectOf = async (mitigation: Mitigation, configuration: IisConfiguration): Promise<Effect> => {
  const actions = rewriteActions(mitigation);
  if (actions.length === 0) return {proven: true, sentences: []};
  const trials = await tryProbes(mitigation, configuration);
  const blocked = trials.filter(({wanted}) => wanted === 'blocked');
  const failing = blocked.filter(({as}) => as === 'not-wanted');
  const outbound = await outboundEffect(mitigation, configuration);
  return {
    proven: failing.length === 0 && (blocked.length > 0 || outbound === 'changed') && outbound !== 'unchanged',
    sentences: [
      ...(blocked.length > 0
        ? [`${blocked.length - failing.length} of ${blocked.length} requests that must be blocked are`]
        : []),
      ...failing.map(({probe, why}) => `${probe.method} ${probe.url} is not blocked: ${why}`),
      ...(outbound === 'changed' ? ['it changes the answers that it must change'] : []),
      ...(outbound === 'unchanged' ? ['it changes none of the answers that were tried'] : []),
    ],
  };
};

const outboundEffect = async (
  mitigation: Mitigation,
  configuration: IisConfiguration,
): Promise<'changed' | 'unchanged' | undefined> => {
  if (ruleNames(mitigation, 'outboundRules').length === 0) return undefined;
  const targets = rewriteActions(mitigation).map(({target}) => target);
  const site = targets[0]?.split('/')[0] ?? '';
  const rulesFor = rulesOfSite(configuration, site);
  const urls = targets.map((target) => `/${target.split('/').slice(1).join('/')}/`);
  const fired = (await Promise.all(urls.map((url) => outboundFired(rulesFor, url)))).flat();
  return fired.length > 0 ? 'changed' : 'unchanged';
};
