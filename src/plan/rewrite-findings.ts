import type {IisConfiguration} from '../iis/configuration.ts';
import type {Mitigation, RewriteAction} from '../mitigation/model.ts';
import type {Finding} from './model.ts';
import {breakFindings, disarmedFindings, furtherSiteFindings} from './site-findings.ts';

const rewriteActions = (mitigation: Mitigation): readonly RewriteAction[] =>
  mitigation.actions.filter((action) => action.kind === 'rewrite');

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
    findings.push(
      ...(await breakFindings(
        before,
        after,
        actions.map(({target}) => target),
        concerns,
      )),
    );
    for (const action of actions) {
      findings.push(...(await disarmedFindings(after, action, concerns)));
      findings.push(...furtherSiteFindings(before.topology, action.target, concerns));
    }
  }
  return findings;
};
