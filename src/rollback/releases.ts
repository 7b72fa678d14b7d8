import {progressOf} from '../journal/progress.ts';
import {resourceKey} from '../plan/holds.ts';
import type {Plan, Resource, Step} from '../plan/model.ts';
import type {RollbackRequest} from './request.ts';

/** A resource that nobody needs any more, and the step that changed it. */
export interface Release {
  readonly resource: Resource;
  readonly step: Step;
  readonly plan: Plan;
  readonly because: readonly string[];
}

/** A resource that stays as it is because others still need it. */
export interface Kept {
  readonly resource: Resource;
  readonly by: readonly string[];
}

export interface Releases {
  /** In the order in which they are undone: the latest change first. */
  readonly released: readonly Release[];
  readonly kept: readonly Kept[];
}

interface Standing {
  readonly plan: Plan;
  readonly step: Step;
  readonly because: readonly string[];
}

/** The steps that hold something for these mitigations, in the order in which they were done. */
const standingSteps = ({ids, state, runs}: RollbackRequest): readonly Standing[] =>
  runs.flatMap(({runId, lines}) => {
    const plan = progressOf(lines).started?.plan;
    if (!plan) return [];
    return plan.body.steps.flatMap((step): readonly Standing[] => {
      const because = ids.filter((id) =>
        state.mitigations.get(id)?.steps.some((standing) => standing.run === runId && standing.step === step.id),
      );
      return because.length === 0 ? [] : [{plan, step, because}];
    });
  });

/**
 * What goes and what stays. A resource that several steps name is undone where the first of them stands: the monitoring
 * that an earlier step switched off comes back after everything that relied on its absence.
 */
export const releasesOf = (request: RollbackRequest): Releases => {
  const released = new Map<string, Release>();
  const kept = new Map<string, Kept>();
  for (const {plan, step, because} of standingSteps(request).toReversed()) {
    for (const named of step.resources) {
      const key = resourceKey(named);
      const held = request.state.resources.get(key);
      const resource = held?.first ?? named;
      const others = (held?.holders ?? []).filter((id) => !request.ids.includes(id));
      if (others.length > 0) kept.set(key, {resource, by: others});
      else {
        const known = released.get(key)?.because ?? [];
        // Deleted first: a Map keeps the place of the first insertion, and here the last one counts.
        released.delete(key);
        released.set(key, {resource, step, plan, because: [...new Set([...known, ...because])]});
      }
    }
  }
  return {released: [...released.values()], kept: [...kept.values()]};
};
