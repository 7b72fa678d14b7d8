import {element, no, nonEmpty, oneOf, required, someOf, text, timeSpan, unsigned, without, yes} from './build.ts';
import type {ElementSchema} from './model.ts';

/* Application pools, after the published schema of IIS 10. Time spans in seconds. */

const reasons = [
  'Time',
  'Requests',
  'Schedule',
  'Memory',
  'IsapiUnhealthy',
  'OnDemand',
  'ConfigChange',
  'PrivateMemory',
];
const longest = 4_294_967;

/** No pool may be called so. */
export const poolName = without('|<>&"/[]+=;:,?*@');

const processModel = element({
  identityType: {
    type: 'enum',
    initial: 'ApplicationPoolIdentity',
    values: ['LocalSystem', 'LocalService', 'NetworkService', 'SpecificUser', 'ApplicationPoolIdentity'],
  },
  userName: text,
  password: text,
  loadUserProfile: no,
  setProfileEnvironment: yes,
  logonType: oneOf('LogonBatch', 'LogonService'),
  manualGroupMembership: no,
  idleTimeout: timeSpan('00:20:00', 0, 2_592_000, 60),
  idleTimeoutAction: oneOf('Terminate', 'Suspend'),
  maxProcesses: unsigned(1, 0, 2_147_483_647),
  shutdownTimeLimit: timeSpan('00:01:30', 1, longest, 1),
  startupTimeLimit: timeSpan('00:01:30', 1, longest, 1),
  pingingEnabled: yes,
  pingInterval: timeSpan('00:00:30', 1, longest, 1),
  pingResponseTime: timeSpan('00:01:30', 1, longest, 1),
  logEventOnProcessModel: someOf('IdleTimeout', 'IdleTimeout'),
});

const schedule = element(
  {},
  {
    collection: {
      add: 'add',
      clear: 'clear',
      item: element({value: required(timeSpan(undefined, 0, 86_399, 60))}),
      keys: ['value'],
      ordered: false,
    },
  },
);

const recycling = element(
  {
    disallowOverlappingRotation: no,
    disallowRotationOnConfigChange: no,
    logEventOnRecycle: someOf(reasons.join(', '), ...reasons),
  },
  {
    elements: {
      periodicRestart: element(
        {
          memory: unsigned(0),
          privateMemory: unsigned(0),
          requests: unsigned(0),
          time: timeSpan('29:00:00', 0, 25_920_000, 60),
        },
        {elements: {schedule}},
      ),
    },
  },
);

const failure = element({
  loadBalancerCapabilities: oneOf('HttpLevel', 'TcpLevel'),
  orphanWorkerProcess: no,
  orphanActionExe: text,
  orphanActionParams: text,
  rapidFailProtection: yes,
  rapidFailProtectionInterval: timeSpan('00:05:00', 60, 8_640_000, 60),
  rapidFailProtectionMaxCrashes: unsigned(5, 1, 2_147_483_647),
  autoShutdownExe: text,
  autoShutdownParams: text,
});

const cpu = element({
  limit: unsigned(0, 0, 100_000),
  action: oneOf('NoAction', 'KillW3wp', 'Throttle', 'ThrottleUnderLoad'),
  resetInterval: timeSpan('00:05:00', 0, 86_400, 60),
  smpAffinitized: no,
  smpProcessorAffinityMask: unsigned(0xffff_ffff),
  smpProcessorAffinityMask2: unsigned(0xffff_ffff),
  processorGroup: unsigned(0, 0, 2_147_483_647),
  numaNodeAssignment: oneOf('MostAvailableMemory', 'WindowsScheduling'),
  numaNodeAffinityMode: oneOf('Soft', 'Hard'),
});

const variable = element({name: required(nonEmpty), value: required(nonEmpty)});

const pool = element(
  {
    name: required(poolName),
    queueLength: unsigned(1000, 10, 65_535),
    autoStart: yes,
    enable32BitAppOnWin64: no,
    managedRuntimeVersion: text,
    managedRuntimeLoader: text,
    enableConfigurationOverride: yes,
    managedPipelineMode: oneOf('Integrated', 'Classic'),
    CLRConfigFile: text,
    passAnonymousToken: yes,
    startMode: oneOf('OnDemand', 'AlwaysRunning'),
  },
  {
    elements: {
      processModel,
      recycling,
      failure,
      cpu,
      environmentVariables: element(
        {},
        {collection: {add: 'add', remove: 'remove', item: variable, keys: ['name'], ordered: false}},
      ),
    },
  },
);

export const applicationPools: ElementSchema = element(
  {},
  {collection: {add: 'add', defaults: 'applicationPoolDefaults', item: pool, keys: ['name'], ordered: true}},
);
