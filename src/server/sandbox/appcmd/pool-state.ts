import type {AppPoolState} from '../../service.ts';
import type {Pool} from '../config/topology.ts';
import {poolsOf, type World} from '../config/world.ts';
import {readRuntime, updateRuntime} from '../runtime.ts';
import type {PoolRuntime, Runtime} from '../runtime-json.ts';
import type {Session} from './session.ts';

/** The services without which no pool runs and none can be started or stopped. */
export const webServices = ['WAS', 'W3SVC'] as const;

export const serviceRuns = (runtime: Runtime, name: string): boolean => {
  const entry = Object.entries(runtime.services).find(([key]) => key.toLowerCase() === name.toLowerCase());
  // A description without that service says nothing of it: then it runs.
  return entry === undefined || entry[1].state === 'RUNNING';
};

export const wasRuns = (runtime: Runtime): boolean => webServices.every((name) => serviceRuns(runtime, name));

export const poolRuntime = (runtime: Runtime, pool: Pool): PoolRuntime => {
  const entry = Object.entries(runtime.appPools).find(([name]) => name.toLowerCase() === pool.name.toLowerCase());
  return entry?.[1] ?? {state: pool.autoStart ? 'Started' : 'Stopped'};
};

export const poolState = (runtime: Runtime, pool: Pool): AppPoolState =>
  wasRuns(runtime) ? poolRuntime(runtime, pool).state : 'Unknown';

export const findPool = (world: World, name: string): Pool | undefined =>
  poolsOf(world).find((pool) => pool.name.toLowerCase() === name.toLowerCase());

/**
 * Writes down what every pool is before the configuration changes: autoStart says what a pool becomes at the next
 * start, never what it is.
 */
export const rememberPools = ({dir, io, world}: Session): void => {
  const runtime = readRuntime(dir, io.now());
  const pools = poolsOf({...world, store: world.store.fresh()});
  const known = new Set(Object.keys(runtime.appPools).map((name) => name.toLowerCase()));
  const missing = pools.filter(({name}) => !known.has(name.toLowerCase()));
  if (missing.length === 0) return;
  updateRuntime(dir, io.now(), (current) => ({
    ...current,
    appPools: {
      ...Object.fromEntries(missing.map((pool) => [pool.name, poolRuntime(current, pool)])),
      ...current.appPools,
    },
  }));
};

export const setPool = ({dir, io}: Pick<Session, 'dir' | 'io'>, name: string, pool: PoolRuntime): void => {
  updateRuntime(dir, io.now(), (runtime) => {
    const others = Object.entries(runtime.appPools).filter(([key]) => key.toLowerCase() !== name.toLowerCase());
    return {...runtime, appPools: {...Object.fromEntries(others), [name]: pool}};
  });
};
