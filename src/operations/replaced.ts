import type {ServerFacts} from '../server/server.ts';
import {type Judged, needOf} from './judge-mitigation.ts';
import type {KnownMitigation, KnownMitigations} from './known-mitigations.ts';
import {sameDeeds} from './same-deeds.ts';

/**
 * The text that the last accepted feed brings in place of the one that is active; `undefined`: it is the same, is not
 * there, or is not for this build.
 */
export const replacementOf = (
  {mitigation, active}: Pick<Judged, 'mitigation' | 'active'>,
  {newest}: Pick<KnownMitigations, 'newest'>,
  facts: ServerFacts,
): KnownMitigation | undefined => {
  const next = newest.get(mitigation.id);
  if (!active || !next || sameDeeds(next.mitigation, mitigation)) return undefined;
  const need = needOf(next.mitigation, facts).status;
  return need === 'affected' || need === 'fixed-keep' ? next : undefined;
};
