import {canonicalJson} from '../kit/canonical-json.ts';
import {sha256} from '../kit/hash.ts';
import {type Plan, type PlanBody, type PlanMeta, planBody} from './model.ts';

/** The planId: SHA-256 of the body's canonical JSON. Time, host and tool version are not in it. */
export const planIdOf = (body: PlanBody): string => sha256(canonicalJson(inSchemaOrder(body)));

export const sealPlan = (body: PlanBody, meta: PlanMeta): Plan => ({
  planId: planIdOf(body),
  body: inSchemaOrder(body),
  meta,
});

// Reading a plan file puts the keys in schema order; whoever built the body may have had another one.
const inSchemaOrder = (body: PlanBody): PlanBody => planBody.parse(body);
