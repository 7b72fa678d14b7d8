import {refuse} from '../plan/finding.ts';
import type {Resource} from '../plan/model.ts';
import {serviceNow} from '../plan/observed-service.ts';
import {isOff, restoreStartType, restoreState, setStartType, stopService} from '../plan/service-commands.ts';
import type {Service} from '../server/service.ts';
import type {Release} from './releases.ts';
import {type Undoing, type UndoPlan, undoStep} from './undo-plan.ts';

type ServiceRelease = Release & {readonly resource: Extract<Resource, {kind: 'service'}>};

export const isServiceRelease = (release: Release): release is ServiceRelease => release.resource.kind === 'service';

interface Restorable {
  readonly release: ServiceRelease;
  readonly now: Service;
}

const sameAs = (now: Service, was: ServiceRelease['resource']['was']): boolean =>
  now.startType === was.startType && now.state === was.state;

/** Stopped only because of us, its start type never touched: a dependent of a service that was switched off. */
const onlyStopped = ({now, release}: Restorable): boolean =>
  now.state === 'STOPPED' && now.startType === release.resource.was.startType;

/**
 * Services of one step back to what was recorded first, in the opposite order: start types first, a disabled service
 * cannot be started.
 */
export const undoServices = async (releases: readonly ServiceRelease[], {reader}: Undoing): Promise<UndoPlan> => {
  const found: Restorable[] = [];
  const findings: UndoPlan['findings'][number][] = [];
  for (const release of releases.toReversed()) {
    const {service, was} = release.resource;
    const now = await reader.service(service);
    if (!now || sameAs(now, was)) continue;
    const restorable = {release, now};
    if (!isOff(now) && !onlyStopped(restorable)) findings.push(changed(restorable));
    found.push(restorable);
  }
  const first = found[0];
  if (!first) return {steps: [], findings};
  const names = found.map(({now}) => now.name);
  const was = found.map(({release}) => release.resource.was);
  return {
    findings,
    steps: [
      undoStep({
        id: `service/${names.join('+')}/restore`,
        symbol: '~',
        label: found.map(({now, release}) => label(now, release.resource.was)).join('; '),
        because: [...new Set(found.flatMap(({release}) => release.because))],
        resources: found.map(({release}) => release.resource),
        before: found.flatMap(({now}) => serviceNow(now)),
        commands: [
          ...found.flatMap(({now}, index) => startTypeBack(now, was[index])),
          ...found.flatMap(({now}, index) => stateBack(now, was[index])),
        ],
        undo: [
          ...found.toReversed().flatMap(({now}, index) => startTypeAgain(now, was.toReversed()[index])),
          ...found.toReversed().flatMap(({now}) => (now.state === 'STOPPED' ? [stopService(now.name)] : [])),
        ],
      }),
    ],
  };
};

type Was = ServiceRelease['resource']['was'];

const startTypeBack = (now: Service, was: Was | undefined) =>
  was && was.startType !== now.startType ? restoreStartType(now.name, was) : [];

const stateBack = (now: Service, was: Was | undefined) =>
  was && now.state === 'STOPPED' ? restoreState(now.name, was) : [];

const startTypeAgain = (now: Service, was: Was | undefined) =>
  was && was.startType !== now.startType ? [setStartType(now.name, now.startType)] : [];

const label = (now: Service, was: Was): string =>
  `service ${now.name}: ${now.state}, ${now.startType} → ${was.state}, ${was.startType}`;

const changed = ({now, release}: Restorable) =>
  refuse(
    'ROLLBACK.CHANGED_SINCE',
    `service ${now.name} was ${release.resource.was.state}, ${release.resource.was.startType}; the run left it STOPPED, disabled; somebody made it ${now.state}, ${now.startType}`,
    {concerns: release.because, acceptable: true},
  );
