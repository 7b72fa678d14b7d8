import {loadConfiguration} from '../../iis/configuration.ts';
import type {Mitigation} from '../../mitigation/model.ts';
import type {ServerReader} from '../../server/server.ts';
import {brokenApplications} from '../broken-applications.ts';
import {type Judged, judgeMitigation, type MitigationStatus} from '../judge-mitigation.ts';
import {type KnownMitigation, type KnownMitigations, knownMitigations} from '../known-mitigations.ts';
import type {SourceContext} from '../load-sources.ts';
import {replacementOf} from '../replaced.ts';
import {type KnownState, readState} from '../state.ts';

/**
 * Where the wish comes from: `feed`, a signed feed in our dialect brings it now; `signal`, a publisher whose payloads are
 * not public announces its id; `books`, only our journals know it any more.
 */
export type Origin = 'feed' | 'signal' | 'books';

/** How it stands with one mitigation that an agent has to do with. */
export interface Standing {
  readonly id: string;
  readonly description: string;
  readonly actions: readonly {readonly id: string}[];
  readonly origin: Origin;
  readonly status: MitigationStatus;
  /** It is active, and the feed has another text of it now. */
  readonly changed: boolean;
  readonly reason: string;
  /** Where it can be planned from; `undefined`: its text is not known here. */
  readonly known: KnownMitigation | undefined;
}

export interface Look {
  readonly hostName: string;
  readonly exchangeBuild: string | null;
  readonly state: KnownState;
  readonly standings: readonly Standing[];
}

const originOf = (id: string, {newest, announced}: KnownMitigations): Origin => {
  if (newest.has(id)) return 'feed';
  return announced.has(id) ? 'signal' : 'books';
};

const unknownText = (id: string, {mitigations, status}: {mitigations: KnownMitigations; status: MitigationStatus}) => ({
  id,
  description: mitigations.announced.get(id) ?? '',
  actions: [],
  origin: originOf(id, mitigations),
  status,
  changed: false,
  known: undefined,
});

/** What the last accepted feed brings or announces, and what is active: each as the server, the journals and the build say. */
export const lookAtServer = async (reader: ServerReader, context: SourceContext): Promise<Look> => {
  const state = await readState(context.stateDir);
  const mitigations = await knownMitigations(state, context);
  const facts = await reader.facts();
  const configuration = await loadConfiguration(reader, {
    configFolder: reader.configFolder,
    environment: facts.environment,
  });
  const broken = await brokenApplications(configuration);
  const looking = {reader, configuration, facts, broken};
  const isMeant = ({id}: Mitigation): boolean =>
    mitigations.newest.has(id) || mitigations.announced.has(id) || state.state.mitigations.has(id);
  const standings: Standing[] = [];
  for (const one of mitigations.known.filter(({mitigation}) => isMeant(mitigation))) {
    const judged = await judgeMitigation(one.mitigation, state.state, looking);
    const next = replacementOf(judged, mitigations, facts);
    standings.push(standingOf(judged, {known: next ?? one, changed: next !== undefined, mitigations}));
  }
  const told = new Set(standings.map(({id}) => id));
  for (const id of mitigations.announced.keys()) {
    if (told.has(id)) continue;
    const reason = 'published, and the catalogue does not know it';
    standings.push({...unknownText(id, {mitigations, status: 'Not applied'}), reason});
  }
  for (const [id, reason] of mitigations.unknown) {
    standings.push({...unknownText(id, {mitigations, status: 'Unknown source'}), reason});
  }
  return {hostName: facts.hostName, exchangeBuild: facts.exchange?.build ?? null, state, standings};
};

const standingOf = (
  {mitigation, status, details, need}: Judged,
  {known, changed, mitigations}: {known: KnownMitigation; changed: boolean; mitigations: KnownMitigations},
): Standing => {
  const {id, description, actions} = mitigation;
  const reason = status === 'Obsolete' ? need.reason : details.join('; ');
  return {id, description, actions, origin: originOf(id, mitigations), status, changed, reason, known};
};
