import {existsSync} from 'node:fs';
import {freshnessPath} from '../feed/freshness-file.ts';
import {progressOf} from '../journal/progress.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {Mitigation} from '../mitigation/model.ts';
import type {PlanSource} from '../plan/model.ts';
import {builtInCatalogue} from './catalogue.ts';
import {loadSources, type SourceContext, sourceAsApplied} from './load-sources.ts';
import {sameDeeds} from './same-deeds.ts';
import type {LoadedSource} from './sources.ts';
import type {KnownState} from './state.ts';

/** A mitigation that this server has to do with, and where its text comes from. */
export interface KnownMitigation {
  readonly mitigation: Mitigation;
  readonly source: LoadedSource;
}

export interface KnownMitigations {
  readonly known: readonly KnownMitigation[];
  /** What the last accepted feed in our dialect brings, by id; empty: there is none, or it is not trusted any more. */
  readonly newest: ReadonlyMap<string, KnownMitigation>;
  /** What a publisher whose payloads are not public announces, by id. */
  readonly announced: ReadonlyMap<string, string>;
  /** Active ones whose text cannot be had or trusted any more: id → why. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** The source from which an active mitigation was planned when it was applied last. */
const sourceOf = (id: string, {state, runs}: KnownState): PlanSource | undefined => {
  const run = state.mitigations.get(id)?.steps.at(-1)?.run;
  const body = progressOf(runs.find(({runId}) => runId === run)?.lines ?? []).started?.plan.body;
  // One that was replaced in one run stands in its plan twice: as what left and as what came.
  const planned = body?.mitigations.find((mitigation) => mitigation.id === id && mitigation.status !== 'to-remove');
  return planned && body?.sources[planned.source];
};

const noFeed = {newest: new Map<string, KnownMitigation>(), announced: new Map<string, string>()};

/** The last accepted feed; one that is not trusted any more brings nothing. */
const lastFeed = async (context: SourceContext): Promise<Pick<KnownMitigations, 'newest' | 'announced'>> => {
  // What verifies a feed is most of the program's code, and needed only where one was accepted.
  if (!existsSync(freshnessPath(context.stateDir))) return noFeed;
  try {
    const [source] = await loadSources([], context);
    return {
      newest: new Map(source?.mitigations.map((mitigation) => [mitigation.id, {mitigation, source}])),
      announced: new Map(source?.signals.map(({id, description}) => [id, description])),
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return noFeed;
  }
};

/**
 * What is active, by the text that it was applied from; the rest by that of the last accepted feed, else of the built-in
 * catalogue. A feed is verified again:
 * one that is not trusted any more still stands in the journal, and is judged by that.
 */
export const knownMitigations = async (state: KnownState, context: SourceContext): Promise<KnownMitigations> => {
  const known = new Map<string, KnownMitigation>();
  const unknown = new Map<string, string>();
  for (const source of await builtInCatalogue()) {
    for (const mitigation of source.mitigations) known.set(mitigation.id, {mitigation, source});
  }
  const {newest, announced} = await lastFeed(context);
  for (const [id, one] of newest) known.set(id, one);
  for (const id of state.state.mitigations.keys()) {
    const source = sourceOf(id, state);
    try {
      const loaded = source && (await sourceAsApplied(source, context));
      const mitigation = loaded?.mitigations.find((one) => one.id === id);
      const next = newest.get(id);
      // The newest feed that says the same is what it can be planned from.
      if (mitigation && next && sameDeeds(next.mitigation, mitigation)) known.set(id, next);
      else if (loaded && mitigation) known.set(id, {mitigation, source: loaded});
      else if (!known.has(id)) unknown.set(id, 'the journal does not say where it comes from');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!known.has(id)) unknown.set(id, `${error.code}: ${error.message}`);
    }
  }
  return {known: [...known.values()], newest, announced, unknown};
};
