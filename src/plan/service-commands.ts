import {sc} from '../server/command.ts';
import type {Service, StartType} from '../server/service.ts';
import type {StepCommand} from './model.ts';

/** A service may take its time to stop: Windows' own limit for a shutdown is not binding for sc. */
const stopMs = 180_000;
const commandMs = 30_000;

export const setStartType = (service: string, startType: StartType): StepCommand => ({
  do: 'run',
  command: sc('config', service, 'start=', startType),
  timeoutMs: commandMs,
  after: [{check: 'service-start-type', service, is: startType}],
  settleMs: 0,
});

/** `sc stop` returns at STOP_PENDING: what counts is the state that follows. */
export const stopService = (service: string): StepCommand => ({
  do: 'run',
  command: sc('stop', service),
  timeoutMs: commandMs,
  after: [{check: 'service-state', service, is: 'STOPPED'}],
  settleMs: stopMs,
});

export const startService = (service: string): StepCommand => ({
  do: 'run',
  command: sc('start', service),
  timeoutMs: commandMs,
  after: [{check: 'service-state', service, is: 'RUNNING'}],
  settleMs: stopMs,
});

export const isOff = ({startType, state}: Pick<Service, 'startType' | 'state'>): boolean =>
  startType === 'disabled' && state === 'STOPPED';

const wasUp = (state: Service['state']): boolean => state !== 'STOPPED' && state !== 'STOP_PENDING';

/** The way back to what was recorded: the start type first, a disabled service cannot be started. */
export const restoreStartType = (service: string, was: Pick<Service, 'startType' | 'state'>): readonly StepCommand[] =>
  was.startType === 'disabled' ? [] : [setStartType(service, was.startType)];

export const restoreState = (service: string, was: Pick<Service, 'startType' | 'state'>): readonly StepCommand[] =>
  wasUp(was.state) ? [startService(service)] : [];
