import type {ServerJson} from '../../server-json.ts';
import type {StartType} from '../../service.ts';
import {faultStrikes, readRuntime, updateRuntime} from '../runtime.ts';
import type {Runtime, ServiceRuntime} from '../runtime-json.ts';
import {codes} from './messages.ts';

/*
 * The service control manager: a state machine over simulated time. Starting and stopping lead to a pending state at
 * once and to the wanted one some seconds later.
 */

type Described = ServerJson['services'][number];

export interface ManagedService extends Described {
  readonly now: ServiceRuntime;
}

/** Ends a command with a Win32 code of the call that gave it. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly call: string;
  readonly code: number;

  constructor(call: string, code: number) {
    super(`${call} ${code}`);
    this.call = call;
    this.code = code;
  }
}

const startMs = 2_000;
const slowStopMs = 300_000;
/** Worker processes outlive their service a little: they are told to end when it has ended. */
const lingerMs = 4_000;

export interface Manager {
  readonly dir: string;
  readonly realTime: Date;
  readonly description: ServerJson;
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const stateOf = (runtime: Runtime, {name, state, startType}: Described): ServiceRuntime =>
  Object.entries(runtime.services).find(([key]) => same(key, name))?.[1] ?? {state, startType};

export const allServices = ({dir, realTime, description}: Manager): readonly ManagedService[] => {
  const runtime = readRuntime(dir, realTime);
  return description.services
    .map((service) => ({...service, now: stateOf(runtime, service)}))
    .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
};

export const findService = (manager: Manager, name: string, call: string): ManagedService => {
  const service = allServices(manager).find((candidate) => same(candidate.name, name));
  if (!service) throw new ServiceFailure(call, codes.noSuchService);
  return service;
};

/** Services that need this one, directly or not; what needs another one of them stands before it. */
export const dependentsOf = (services: readonly ManagedService[], name: string): readonly ManagedService[] => {
  const found: ManagedService[] = [];
  const visit = (needed: string): void => {
    for (const service of services) {
      if (service.dependencies.some((dependency) => same(dependency, needed)) && !found.includes(service)) {
        visit(service.name);
        if (!found.includes(service)) found.push(service);
      }
    }
  };
  visit(name);
  return found;
};

const write = (manager: Manager, service: ManagedService, change: (now: number) => ServiceRuntime): void => {
  updateRuntime(manager.dir, manager.realTime, (runtime, now) => {
    const others = Object.entries(runtime.services).filter(([key]) => !same(key, service.name));
    return {...runtime, services: {...Object.fromEntries(others), [service.name]: change(now)}};
  });
};

const isPending = ({now}: ManagedService): boolean => now.state.endsWith('_PENDING');

const strikes = ({dir, realTime}: Manager, name: Parameters<typeof faultStrikes>[2]): boolean =>
  faultStrikes(dir, realTime, name);

export const stopService = (manager: Manager, service: ManagedService): void => {
  const call = 'ControlService';
  if (service.now.state === 'STOPPED') throw new ServiceFailure(call, codes.notStarted);
  if (isPending(service)) throw new ServiceFailure(call, codes.cannotAcceptControl);
  if (!service.acceptsStop || strikes(manager, 'control-invalid')) throw new ServiceFailure(call, codes.invalidControl);
  const running = dependentsOf(allServices(manager), service.name).filter(({now}) => now.state !== 'STOPPED');
  if (running.length > 0) throw new ServiceFailure(call, codes.dependentsRunning);
  const duration = strikes(manager, 'slow-stop') ? slowStopMs : service.stopSeconds * 1000;
  write(manager, service, (now) => ({
    state: 'STOP_PENDING',
    startType: service.now.startType,
    pending: {next: 'STOPPED', at: now + duration},
    processesUntil: now + duration + lingerMs,
  }));
};

const startDependencies = (manager: Manager, service: ManagedService): void => {
  for (const dependency of service.dependencies) {
    const needed = allServices(manager).find(({name}) => same(name, dependency));
    if (needed?.now.state !== 'STOPPED') continue;
    try {
      startService(manager, needed);
    } catch (error) {
      if (error instanceof ServiceFailure) throw new ServiceFailure('StartService', codes.dependencyFailed);
      throw error;
    }
  }
};

export const startService = (manager: Manager, service: ManagedService): void => {
  const call = 'StartService';
  if (service.now.startType === 'disabled') throw new ServiceFailure(call, codes.disabled);
  if (isPending(service)) throw new ServiceFailure(call, codes.cannotAcceptControl);
  if (service.now.state !== 'STOPPED') throw new ServiceFailure(call, codes.alreadyRunning);
  if (strikes(manager, 'start-timeout')) throw new ServiceFailure(call, codes.noTimelyResponse);
  startDependencies(manager, service);
  write(manager, service, (now) => ({
    state: 'START_PENDING',
    startType: service.now.startType,
    pending: {next: 'RUNNING', at: now + startMs},
  }));
};

export const configureStart = (manager: Manager, service: ManagedService, startType: StartType): void =>
  write(manager, service, () => ({...service.now, startType}));

/** Whether one of the further processes of that service runs. */
export const processesRun = (service: ManagedService, now: number): boolean =>
  service.now.state !== 'STOPPED' || (service.now.processesUntil ?? 0) > now;
