import {Refusal} from '../kit/refusal.ts';
import type {Mitigation} from '../mitigation/model.ts';
import {toCatalogueYaml} from '../mitigation/to-yaml.ts';
import {catalogueSource} from './catalogue.ts';
import type {Leftover} from './leftovers.ts';
import type {LoadedSource} from './sources.ts';

/*
 * A rule that looks like a mitigation and that no catalogue knows gets a name of the person's own, and with it a
 * catalogue file made from what the rule does: from then on it is a mitigation like every other one.
 */

export interface NameRule {
  /** Name of the rule on the server. */
  readonly rule: string;
  /** Id that it gets. */
  readonly as: string;
}

const scopeOf = (target: string): 'Server' | 'Site' | 'VDir' =>
  target === '' ? 'Server' : target.includes('/') ? 'VDir' : 'Site';

const mitigationOf = (leftovers: readonly Leftover[], {rule, as}: NameRule): Mitigation => ({
  id: as,
  description: `The rule "${rule}" that was found on a server and taken over.`,
  cves: [],
  appliesTo: [],
  actions: leftovers.map(({at: {configPath, section}, element}, index) => ({
    kind: 'rewrite',
    id: `${as}.${index + 1}`,
    description: `The rule "${rule}".`,
    scope: scopeOf(configPath),
    target: configPath,
    items: [{section: section.endsWith('/globalRules') ? 'globalRules' : 'rules', collection: '', element}],
  })),
  notes: {sideEffects: [], reach: [], losses: [], rollback: '', alternative: undefined, sources: []},
  blocked: [],
  passed: [],
});

export interface NamedRule {
  readonly source: LoadedSource;
  /** The same leftovers, which have an id now. */
  readonly leftovers: readonly Leftover[];
}

/** @throws Refusal ADOPT.NOTHING_FOUND, ADOPT.ID_TAKEN, CATALOGUE.INVALID */
export const nameRule = (all: readonly Leftover[], name: NameRule, taken: readonly string[]): NamedRule => {
  const {rule, as} = name;
  const found = all.filter((one) => one.mitigation === undefined && one.name.toLowerCase() === rule.toLowerCase());
  if (found.length === 0) {
    throw new Refusal(
      'ADOPT.NOTHING_FOUND',
      `no unknown rule "${rule}" that looks like a mitigation is on this server`,
      {
        next: [{label: 'See which there are', command: 'stopgap reconcile'}],
      },
    );
  }
  if (taken.some((id) => id.toLowerCase() === as.toLowerCase())) {
    throw new Refusal('ADOPT.ID_TAKEN', `${as} is the id of another mitigation`, {
      next: [{label: 'Give it another id', command: `stopgap adopt --rule "${rule}" --as ID`}],
    });
  }
  const yaml = new TextEncoder().encode(toCatalogueYaml(mitigationOf(found, name)));
  return {
    source: catalogueSource(`${as}.yaml`, yaml),
    leftovers: found.map((one) => ({...one, mitigation: as})),
  };
};
