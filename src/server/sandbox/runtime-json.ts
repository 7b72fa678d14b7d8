import * as z from 'zod';

/*
 * .stopgap/sandbox/runtime.json: what of a simulated server moves while it runs and stands in no configuration file.
 */

const serviceState = z.enum([
  'STOPPED',
  'START_PENDING',
  'STOP_PENDING',
  'RUNNING',
  'CONTINUE_PENDING',
  'PAUSE_PENDING',
  'PAUSED',
]);
const poolState = z.enum(['Starting', 'Started', 'Stopping', 'Stopped']);
/** Milliseconds of simulated time since 1970. */
const moment = z.number().int();

const serviceRuntime = z.strictObject({
  state: serviceState,
  startType: z.enum(['boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled']),
  /** A pending state becomes `next` at `at`. */
  pending: z.strictObject({next: serviceState, at: moment}).optional(),
  /** The service's further processes live until then. */
  processesUntil: moment.optional(),
});

export const faultNames = [
  'file-in-use',
  'access-denied',
  'was-stopped',
  'rpc-failure',
  'call-cancelled',
  'data-invalid',
  'invalid-character',
  'killed-before-commit',
  'killed-mid-write',
  'killed-after-commit',
  'slow-stop',
  'start-timeout',
  'control-invalid',
  'pool-restarts',
  'localised-de',
  'localised-ru',
] as const;

/** Something that goes wrong on purpose: at the Nth chance from now, once; languages stay until they are cleared. */
const fault = z.strictObject({name: z.enum(faultNames), at: z.number().int().min(1)});

export const runtimeJson = z.strictObject({
  formatVersion: z.literal(1),
  /** Simulated time = real time + this. */
  clockOffsetMs: z.number().int(),
  services: z.record(z.string(), serviceRuntime),
  /** States that are known; a pool that is not here is what its autoStart says. */
  appPools: z.record(z.string(), z.strictObject({state: poolState, next: poolState.optional(), at: moment.optional()})),
  sites: z.record(z.string(), z.enum(['Started', 'Stopped'])),
  faults: z.array(fault),
});

export type Runtime = z.output<typeof runtimeJson>;
export type ServiceRuntime = z.output<typeof serviceRuntime>;
export type PoolRuntime = Runtime['appPools'][string];
export type FaultName = (typeof faultNames)[number];
