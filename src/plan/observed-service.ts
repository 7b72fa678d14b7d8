import {protectedServices} from '../mitigation/protected-services.ts';
import type {Service} from '../server/service.ts';
import type {Deciding} from './action-plan.ts';
import {refuse, warn} from './finding.ts';
import {resourceKey} from './holds.ts';
import type {Assumption, Check, Finding, Resource} from './model.ts';
import type {ObservedService} from './observe.ts';

/** What was found first: by an earlier run that still holds the service, or now. */
export const recordedService = (service: Service, {holds}: Pick<Deciding, 'holds'>): Resource => {
  const {name, startType, state} = service;
  const now: Resource = {kind: 'service', service: name, was: {startType, state}};
  return holds.resources.get(resourceKey(now))?.first ?? now;
};

export const serviceNow = ({name, startType, state}: Service): Check[] => [
  {check: 'service-start-type', service: name, is: startType},
  {check: 'service-state', service: name, is: state},
];

export const assumeService = ({service, dependents}: ObservedService): Assumption => ({
  what: `service ${service.name}`,
  value: [
    `${service.state}, ${service.startType}`,
    ...dependents.map((dependent) => `${dependent.name} ${dependent.state}`),
  ].join('; '),
});

/** Dependents that run and must stop first, without those that the same step stops anyway. */
export const runningDependents = ({dependents}: ObservedService, except: readonly string[] = []): readonly Service[] =>
  dependents.filter(({name, state}) => state !== 'STOPPED' && !except.includes(name));

/** A service that keeps Windows, IIS or the mail store itself alive is never stopped, nor one that it needs. */
export const serviceFindings = (
  observed: ObservedService,
  {allowedServices, mitigation}: Deciding,
  except: readonly string[] = [],
): readonly Finding[] => {
  const {service, dependents} = observed;
  const concerns = [mitigation.id];
  const vital = [service, ...dependents].find(({name}) => protectedServices.has(name.toLowerCase()));
  if (vital) {
    const why = vital === service ? 'is never stopped' : `is needed by ${vital.name}, which is never stopped`;
    return [refuse('SERVICE.PROTECTED', `${service.name} ${why}`, {concerns})];
  }
  const findings: Finding[] = [];
  if (!allowedServices.has(service.name.toLowerCase())) {
    const message = `${service.name} is named by no catalogue: make sure that it is meant`;
    findings.push(refuse('SERVICE.NOT_LISTED', message, {concerns, acceptable: true}));
  }
  const running = runningDependents(observed, except).map(({name}) => name);
  if (running.length > 0) {
    findings.push(
      warn('SERVICE.DEPENDENTS', `${running.join(', ')} need ${service.name} and stop with it`, {concerns}),
    );
  }
  return findings;
};
