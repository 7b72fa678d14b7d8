import type {ServerJson} from '../server-json.ts';
import {webServices} from './appcmd/pool-state.ts';
import {openWorld, poolsOf} from './config/world.ts';
import {readDescription} from './description.ts';
import {updateRuntime} from './runtime.ts';
import type {PoolRuntime, Runtime, ServiceRuntime} from './runtime-json.ts';

const rebootMs = 180_000;

/** After a start of WAS every pool is what its autoStart says; a stop through appcmd is forgotten. */
const poolsAfterStart = (dir: string): Record<string, PoolRuntime> =>
  Object.fromEntries(
    poolsOf(openWorld(dir)).map(({name, autoStart}) => [name, {state: autoStart ? 'Started' : 'Stopped'}]),
  );

const serviceOf = (runtime: Runtime, described: ServerJson['services'][number]): ServiceRuntime =>
  runtime.services[described.name] ?? {state: described.state, startType: described.startType};

/** `iisreset`: W3SVC and WAS anew, and with them sites and pools. A disabled service stays off. */
export const iisReset = (dir: string, realTime: Date): void => {
  const {services} = readDescription(dir);
  const pools = poolsAfterStart(dir);
  updateRuntime(dir, realTime, (runtime) => {
    const web = services
      .filter(({name}) => webServices.some((known) => known.toLowerCase() === name.toLowerCase()))
      .map((described): [string, ServiceRuntime] => {
        const {startType} = serviceOf(runtime, described);
        return [described.name, {state: startType === 'disabled' ? 'STOPPED' : 'RUNNING', startType}];
      });
    return {...runtime, appPools: pools, sites: {}, services: {...runtime.services, ...Object.fromEntries(web)}};
  });
};

type Starts = (name: string) => boolean;

/** Whether a service runs after a boot: automatic ones do, and what they need; nothing that needs a disabled one. */
const startsAtBoot = (services: ServerJson['services'], startTypeOf: (name: string) => string): Starts => {
  const find = (name: string) => services.find((service) => service.name.toLowerCase() === name.toLowerCase());
  const can = (name: string): boolean => {
    const service = find(name);
    return service === undefined || (startTypeOf(service.name) !== 'disabled' && service.dependencies.every(can));
  };
  const wanted = new Set<string>();
  const want = (name: string): void => {
    const service = find(name);
    if (!service || wanted.has(service.name)) return;
    wanted.add(service.name);
    for (const dependency of service.dependencies) want(dependency);
  };
  for (const {name} of services) {
    if (['auto', 'delayed-auto', 'boot', 'system'].includes(startTypeOf(name)) && can(name)) want(name);
  }
  return (name) => wanted.has(name);
};

/** A reboot: whatever was pending is over, services and pools start by their start types. */
export const reboot = (dir: string, realTime: Date): void => {
  const {services} = readDescription(dir);
  const pools = poolsAfterStart(dir);
  updateRuntime(dir, realTime, (runtime) => {
    const startTypeOf = (name: string): ServiceRuntime['startType'] => {
      const described = services.find((service) => service.name === name);
      return described ? serviceOf(runtime, described).startType : 'demand';
    };
    const starts = startsAtBoot(services, startTypeOf);
    return {
      ...runtime,
      clockOffsetMs: runtime.clockOffsetMs + rebootMs,
      appPools: pools,
      sites: {},
      services: Object.fromEntries(
        services.map(({name}) => [name, {state: starts(name) ? 'RUNNING' : 'STOPPED', startType: startTypeOf(name)}]),
      ),
    };
  });
};
