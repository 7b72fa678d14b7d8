import {
  type Attributes,
  type ElementSchema,
  element,
  flag,
  oneOf,
  openElement,
  someOf,
  text,
  timeSpan,
  uint,
} from './schema-model.ts';

/*
 * The sections that describe sites and application pools. Of logging, limits and failed request tracing, which nothing
 * here acts upon, no more is known than that they may stand there.
 */

const poolName = {forbidden: '|<>&"/[]+=;:,?*@'} as const;
const siteName = {forbidden: '/?'} as const;
const day = 86_400;
const longest = 4_294_967;

const processModel = element({
  identityType: oneOf(['LocalSystem', 'LocalService', 'NetworkService', 'SpecificUser', 'ApplicationPoolIdentity'], {
    default: 'ApplicationPoolIdentity',
  }),
  userName: text(),
  password: text({caseSensitive: true}),
  loadUserProfile: flag(false),
  setProfileEnvironment: flag(true),
  logonType: oneOf(['LogonBatch', 'LogonService']),
  manualGroupMembership: flag(false),
  idleTimeout: timeSpan('00:20:00', 0, 30 * day),
  idleTimeoutAction: oneOf(['Terminate', 'Suspend']),
  maxProcesses: uint({default: '1', range: {from: 0, to: 2_147_483_647}}),
  shutdownTimeLimit: timeSpan('00:01:30', 1, longest),
  startupTimeLimit: timeSpan('00:01:30', 1, longest),
  pingingEnabled: flag(true),
  pingInterval: timeSpan('00:00:30', 1, longest),
  pingResponseTime: timeSpan('00:01:30', 1, longest),
  logEventOnProcessModel: someOf(['IdleTimeout'], 'IdleTimeout'),
});

const recycleReasons = [
  'Time',
  'Requests',
  'Schedule',
  'Memory',
  'IsapiUnhealthy',
  'OnDemand',
  'ConfigChange',
  'PrivateMemory',
];

const schedule = element(
  {},
  {
    collection: {
      add: 'add',
      clear: 'clear',
      item: element({
        value: {type: 'timeSpan', required: true, key: 'unique', range: {from: 0, to: day - 1}},
      }),
    },
  },
);

const recycling = element(
  {
    disallowOverlappingRotation: flag(false),
    disallowRotationOnConfigChange: flag(false),
    logEventOnRecycle: someOf(recycleReasons, recycleReasons.join(', ')),
  },
  {
    elements: {
      periodicRestart: element(
        {
          memory: uint({default: '0'}),
          privateMemory: uint({default: '0'}),
          requests: uint({default: '0'}),
          time: timeSpan('29:00:00', 0, 300 * day),
        },
        {elements: {schedule}},
      ),
    },
  },
);

const poolAttributes: Attributes = {
  name: text({required: true, key: 'unique', ...poolName}),
  queueLength: uint({default: '1000', range: {from: 10, to: 65_535}}),
  autoStart: flag(true),
  enable32BitAppOnWin64: flag(false),
  managedRuntimeVersion: text({default: ''}),
  managedRuntimeLoader: text({default: 'webengine4.dll'}),
  enableConfigurationOverride: flag(true),
  managedPipelineMode: oneOf(['Integrated', 'Classic']),
  CLRConfigFile: text({default: ''}),
  passAnonymousToken: flag(true),
  startMode: oneOf(['OnDemand', 'AlwaysRunning']),
};

const pool = element(poolAttributes, {
  elements: {
    processModel,
    recycling,
    failure: openElement,
    cpu: openElement,
    environmentVariables: openElement,
  },
});

const directoryAttributes: Attributes = {
  path: text({key: 'unique'}),
  physicalPath: text(),
  userName: text(),
  password: text({caseSensitive: true}),
  logonMethod: oneOf(['Interactive', 'Batch', 'Network', 'ClearText'], {default: 'ClearText'}),
  allowSubDirConfig: flag(true),
};

const applicationAttributes: Attributes = {
  path: text({required: true, key: 'unique'}),
  applicationPool: text(poolName),
  enabledProtocols: text({default: 'http'}),
  serviceAutoStartEnabled: flag(false),
  serviceAutoStartProvider: text(),
  preloadEnabled: flag(false),
};

const bindings = element(
  {},
  {
    collection: {
      add: 'binding',
      clear: 'clear',
      item: element({
        protocol: text({required: true, key: 'combined', nonEmpty: true}),
        bindingInformation: text({required: true, key: 'combined', nonEmpty: true}),
        sslFlags: uint({default: '0'}),
      }),
    },
  },
);

const application: ElementSchema = element(applicationAttributes, {
  elements: {virtualDirectoryDefaults: openElement},
  collection: {add: 'virtualDirectory', defaults: 'virtualDirectoryDefaults', item: element(directoryAttributes)},
});

const site: ElementSchema = element(
  {
    name: text({required: true, key: 'unique', ...siteName}),
    id: uint({required: true}),
    serverAutoStart: flag(true),
  },
  {
    elements: {
      bindings,
      limits: openElement,
      logFile: openElement,
      traceFailedRequestsLogging: openElement,
      ftpServer: openElement,
      hsts: openElement,
      applicationDefaults: openElement,
      virtualDirectoryDefaults: openElement,
    },
    collection: {add: 'application', defaults: 'applicationDefaults', item: application},
  },
);

export const poolsSection = 'system.applicationHost/applicationPools';
export const sitesSection = 'system.applicationHost/sites';

export const hostingSections: Readonly<Record<string, ElementSchema>> = {
  [poolsSection]: element({}, {collection: {add: 'add', defaults: 'applicationPoolDefaults', item: pool}}),
  [sitesSection]: element(
    {},
    {
      elements: {applicationDefaults: openElement, virtualDirectoryDefaults: openElement},
      collection: {add: 'site', defaults: 'siteDefaults', item: site},
    },
  ),
};
