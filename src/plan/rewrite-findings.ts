import type {IisConfiguration} from '../iis/configuration.ts';
import type {Mitigation} from '../mitigation/model.ts';
import type {Finding} from './model.ts';
import {rewriteActions} from './proof.ts';
import {urlLimitsAt} from './request-limits.ts';
import {blockingFindings, inheritedFindings, patternFindings, probeFindings} from './rule-findings.ts';
import {breakFindings, disarmedFindings, furtherSiteFindings} from './site-findings.ts';

/** What the rules of these mitigations would do beyond what they are for, looked at on the predicted configuration. */
export const rewriteFindings = async (
  mitigations: readonly Mitigation[],
  before: IisConfiguration,
  after: IisConfiguration,
): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const mitigation of mitigations) {
    const concerns = [mitigation.id];
    const actions = rewriteActions(mitigation);
    const broken = await breakFindings(
      before,
      after,
      actions.map(({target}) => target),
      concerns,
    );
    findings.push(...broken);
    for (const action of actions) {
      const limits = await urlLimitsAt(before, action.target);
      findings.push(...blockingFindings(action, concerns), ...patternFindings(action, {concerns, limits}));
      findings.push(...(await disarmedFindings(after, action, concerns)));
      findings.push(...(await inheritedFindings(action, after, concerns)));
      findings.push(...furtherSiteFindings(before.topology, action.target, concerns));
    }
    // Where IIS would refuse the configuration, no request tells anything about the rules.
    if (broken.length === 0) findings.push(...(await probeFindings(mitigation, after)));
  }
  return findings;
};
