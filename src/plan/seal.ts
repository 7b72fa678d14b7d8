import {canonicalJson} from '../kit/canonical-json.ts';
import {sha256} from '../kit/hash.ts';
import type {Plan, PlanBody, PlanMeta} from './model.ts';

/** The planId: SHA-256 of the body's canonical JSON. Time, host and tool version are not in it. */
export const planIdOf = (body: PlanBody): string => sha256(canonicalJson(body));

export const sealPlan = (body: PlanBody, meta: PlanMeta): Plan => ({planId: planIdOf(body), body, meta});
