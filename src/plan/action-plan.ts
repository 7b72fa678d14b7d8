import type {Mitigation} from '../mitigation/model.ts';
import type {Holds} from './holds.ts';
import type {Assumption, Finding, Step} from './model.ts';
import type {Observation} from './observe.ts';
import type {PlanOptions} from './options.ts';
import type {Prediction} from './predict.ts';

/** What one action asks of a server. */
export interface ActionPlan {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  /** Sentences on what is there already, for the mitigation's reason. */
  readonly inPlace: readonly string[];
  readonly assumes: readonly Assumption[];
}

/** What every decision is given. */
export interface Deciding {
  readonly seen: Observation;
  readonly mitigation: Mitigation;
  readonly options: PlanOptions;
  readonly holds: Holds;
  /** The files as the steps before this one leave them; a decision that writes records its edits here. */
  readonly prediction: Prediction;
  /** Names of services that some catalogue names: stopping another one must be accepted. */
  readonly allowedServices: ReadonlySet<string>;
}

export const nothing: ActionPlan = {steps: [], findings: [], inPlace: [], assumes: []};
