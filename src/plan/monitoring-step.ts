import type {Monitoring} from '../mitigation/model.ts';
import type {Service} from '../server/service.ts';
import type {ActionPlan, Deciding} from './action-plan.ts';
import {nothing} from './action-plan.ts';
import type {Check, StepCommand} from './model.ts';
import {assumeService, recordedService, runningDependents, serviceFindings, serviceNow} from './observed-service.ts';
import {isOff, restoreStartType, restoreState, setStartType, stopService} from './service-commands.ts';

const workersMs = 120_000;

/*
 * The monitoring would start again what we stop, and its parts start each other: all of them are disabled first, then
 * stopped one after the other, and their workers must be gone before anything else is touched.
 */
const offCommands = (
  services: readonly Service[],
  stopping: readonly Service[],
  workers: readonly string[],
): readonly StepCommand[] => [
  ...services.filter(({startType}) => startType !== 'disabled').map(({name}) => setStartType(name, 'disabled')),
  ...stopping.map(({name}) => stopService(name)),
  ...(workers.length === 0 ? [] : [waitForWorkers(workers)]),
];

const waitForWorkers = (workers: readonly string[]): StepCommand => ({
  do: 'wait',
  why: `${workers.join(', ')} must be gone`,
  until: workers.map((image): Check => ({check: 'process', image, is: 'absent'})),
  timeoutMs: workersMs,
});

/** In the opposite order: start types first, a disabled service cannot be started. */
const onCommands = (services: readonly Service[], stopping: readonly Service[]): readonly StepCommand[] => [
  ...services.toReversed().flatMap((service) => restoreStartType(service.name, service)),
  ...stopping.toReversed().flatMap((service) => restoreState(service.name, service)),
];

/** The step that takes the monitoring of a server off; one step however many mitigations of a plan need it. */
export const monitoringStep = (monitoring: Monitoring | undefined, deciding: Deciding): ActionPlan => {
  const observed = (monitoring?.services ?? []).flatMap((name) => deciding.seen.services.get(name.toLowerCase()) ?? []);
  if (!monitoring || observed.length === 0) return nothing;
  const services = observed.map(({service}) => service);
  const names = services.map(({name}) => name);
  // One that needs two parts of the monitoring stops once.
  const dependents = [
    ...new Map(observed.flatMap((one) => runningDependents(one, names)).map((one) => [one.name, one])).values(),
  ];
  const stopping = [...dependents, ...services.filter(({state}) => state !== 'STOPPED')];
  const off = services.every(isOff);
  return {
    steps: [
      {
        id: `monitoring/${names.join('+')}/off`,
        kind: 'monitoring-off',
        symbol: '~',
        label: `monitoring ${names.join(', ')} → STOPPED, disabled`,
        because: [deciding.mitigation.id],
        status: off ? 'done' : 'to-do',
        // In the order in which they stop: an undo goes through them backwards.
        resources: [...dependents, ...services].map((service) => recordedService(service, deciding)),
        disruption: [`${names.join(' and ')} are off: nothing on this server is watched or repaired by them`],
        reloads: [],
        declares: [],
        touches: [],
        before: services.flatMap(serviceNow),
        commands: off ? [] : offCommands(services, stopping, monitoring.workers),
        undo: onCommands(services, stopping),
      },
    ],
    findings: observed.flatMap((one) => serviceFindings(one, deciding, names)),
    inPlace: [],
    assumes: observed.map(assumeService),
  };
};
