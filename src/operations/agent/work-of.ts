import type {Plan} from '../../plan/model.ts';
import {planIdOf} from '../../plan/seal.ts';
import {lastRunAssumed} from '../reconcile.ts';

/** The same for plans that differ in nothing but the runs before them: an attempt that failed is a run, too. */
export const workOf = ({body}: Pick<Plan, 'body'>): string =>
  planIdOf({...body, assumes: body.assumes.filter(({what}) => what !== lastRunAssumed)});
