/** Current state of a service, by the words of the service control manager. */
export type ServiceState =
  | 'STOPPED'
  | 'START_PENDING'
  | 'STOP_PENDING'
  | 'RUNNING'
  | 'CONTINUE_PENDING'
  | 'PAUSE_PENDING'
  | 'PAUSED';

/** The words of `sc config start=`; delayed-auto is a start type of its own, because losing it is not an undo. */
export type StartType = 'boot' | 'system' | 'auto' | 'delayed-auto' | 'demand' | 'disabled';

export interface Service {
  readonly name: string;
  readonly displayName: string;
  readonly state: ServiceState;
  readonly startType: StartType;
  /** Names of the services that this one needs. */
  readonly dependencies: readonly string[];
}

/** State of an application pool as WAS tells it; Unknown while WAS or W3SVC is stopped. */
export type AppPoolState = 'Starting' | 'Started' | 'Stopping' | 'Stopped' | 'Unknown';
