import type {ServiceAction} from '../mitigation/model.ts';
import type {ActionPlan, Deciding} from './action-plan.ts';
import {note} from './finding.ts';
import type {Step, StepCommand} from './model.ts';
import {monitoringStep} from './monitoring-step.ts';
import type {ObservedService} from './observe.ts';
import {assumeService, recordedService, runningDependents, serviceFindings, serviceNow} from './observed-service.ts';
import {isOff, restoreStartType, restoreState, setStartType, stopService} from './service-commands.ts';

const offCommands = (observed: ObservedService): readonly StepCommand[] => {
  const {service} = observed;
  return [
    ...(service.startType === 'disabled' ? [] : [setStartType(service.name, 'disabled')]),
    ...runningDependents(observed).map(({name}) => stopService(name)),
    ...(service.state === 'STOPPED' ? [] : [stopService(service.name)]),
  ];
};

/** Back on: the start type, the service, then what stopped with it, in the opposite order. */
const onCommands = (observed: ObservedService): readonly StepCommand[] => [
  ...restoreStartType(observed.service.name, observed.service),
  ...restoreState(observed.service.name, observed.service),
  ...runningDependents(observed)
    .toReversed()
    .flatMap((dependent) => restoreState(dependent.name, dependent)),
];

const serviceOff = (observed: ObservedService, deciding: Deciding): Step => {
  const {service} = observed;
  return {
    id: `service/${service.name}/off`,
    kind: 'service-off',
    symbol: '~',
    label: `service ${service.name}: ${service.state}, ${service.startType} → STOPPED, disabled`,
    because: [deciding.mitigation.id],
    status: isOff(service) ? 'done' : 'to-do',
    // In the order in which they stop: an undo goes through them backwards.
    resources: [...runningDependents(observed), service].map((one) => recordedService(one, deciding)),
    disruption: [`${service.displayName} (${service.name}) is off`, ...deciding.mitigation.notes.losses],
    reloads: [],
    declares: [],
    touches: [],
    before: serviceNow(service),
    commands: offCommands(observed),
    undo: onCommands(observed),
  };
};

/** One service off: start type disabled, then stopped, its dependents first. */
export const planService = (action: ServiceAction, deciding: Deciding): ActionPlan => {
  const observed = deciding.seen.services.get(action.service.toLowerCase());
  if (!observed) {
    const message = `there is no service ${action.service} on this server: nothing to stop`;
    const finding = note('SERVICE.ABSENT', message, {concerns: [deciding.mitigation.id]});
    return {
      steps: [],
      findings: [finding],
      inPlace: [],
      assumes: [{what: `service ${action.service}`, value: 'absent'}],
    };
  }
  const monitoring = monitoringStep(action.monitoring, deciding);
  return {
    steps: [...monitoring.steps, serviceOff(observed, deciding)],
    findings: [...monitoring.findings, ...serviceFindings(observed, deciding)],
    inPlace: [],
    assumes: [...monitoring.assumes, assumeService(observed)],
  };
};
