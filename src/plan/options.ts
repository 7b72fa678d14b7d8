import type {PlanBody} from './model.ts';

/** What the person who plans may decide. All of it stands in the plan's body and is hashed. */
export interface PlanOptions {
  /** Forces the place of rewrite rules; `undefined`: decided for each. */
  readonly place: 'web.config' | 'apphost' | undefined;
  /** One edit a command, rules enabled last: for an appcmd that refuses several edits in one command. */
  readonly commands?: 'stepwise';
  /** Ids of a source that brings more: a plan is approved, applied and failed for itself. Absent: all that it brings. */
  readonly only?: readonly string[];
  readonly accept: readonly {readonly code: string; readonly reason: string}[];
}

export const defaultOptions: PlanOptions = {place: undefined, accept: []};

/** What a plan was made with, to make it again. */
export const optionsOf = ({options, accepted}: Pick<PlanBody, 'options' | 'accepted'>): PlanOptions => {
  const {place, commands, only} = options;
  return {place: place ?? undefined, accept: accepted, ...(commands && {commands}), ...(only && {only})};
};
