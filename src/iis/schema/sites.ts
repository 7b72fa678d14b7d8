import {element, no, nonEmpty, oneOf, required, someOf, text, timeSpan, unsigned, without, yes} from './build.ts';
import type {AttributeSchema, ElementSchema} from './model.ts';
import {poolName} from './pools.ts';

/* Sites, applications and virtual directories, after the published schema of IIS 10. */

const usualLogFields =
  'Date, Time, ClientIP, UserName, ServerIP, Method, UriStem, UriQuery, TimeTaken, HttpStatus, Win32Status, ServerPort, UserAgent, HttpSubStatus, Referer';
const furtherLogFields = ['SiteName', 'ComputerName', 'BytesSent', 'BytesRecv', 'Cookie', 'ProtocolVersion', 'Host'];

const bindings = element(
  {},
  {
    collection: {
      add: 'binding',
      clear: 'clear',
      item: element({
        protocol: required(nonEmpty),
        bindingInformation: required(nonEmpty),
        sslFlags: unsigned(0),
      }),
      keys: ['protocol', 'bindingInformation'],
      ordered: true,
    },
  },
);

const limits = element({
  maxBandwidth: {type: 'integer', initial: 0xffff_ffff, min: 0, max: 0xffff_ffff, except: [0, 1023]},
  maxConnections: unsigned(0xffff_ffff),
  connectionTimeout: timeSpan('00:02:00', 0, 65_535, 1),
  maxUrlSegments: unsigned(32, 0, 16_383),
});

const customField = element({
  logFieldName: required(nonEmpty),
  sourceName: required(nonEmpty),
  sourceType: required(oneOf('RequestHeader', 'ResponseHeader', 'ServerVariable')),
});

const logFile = element(
  {
    logExtFileFlags: someOf(usualLogFields, ...usualLogFields.split(', '), ...furtherLogFields),
    customLogPluginClsid: text,
    logFormat: {type: 'enum', initial: 'W3C', values: ['IIS', 'NCSA', 'W3C', 'Custom']},
    logTargetW3C: someOf('File', 'File', 'ETW'),
    directory: nonEmpty,
    period: {type: 'enum', initial: 'Daily', values: ['MaxSize', 'Daily', 'Weekly', 'Monthly', 'Hourly']},
    truncateSize: unsigned(20_971_520, 1_048_576),
    localTimeRollover: no,
    enabled: yes,
    logSiteId: yes,
    flushByEntryCountW3CLog: unsigned(0),
    maxLogLineLength: unsigned(65_536, 2, 65_536),
  },
  {
    elements: {
      customFields: element(
        {maxCustomFieldLength: unsigned(4096, 2, 65_536)},
        {collection: {add: 'add', clear: 'clear', item: customField, keys: ['logFieldName'], ordered: true}},
      ),
    },
  },
);

const traceFailedRequestsLogging = element({
  enabled: no,
  directory: text,
  maxLogFiles: unsigned(50, 1, 10_000),
  maxLogFileSizeKB: unsigned(1024, 0, 1_048_576),
  customActionsEnabled: no,
});

const virtualDirectory = element({
  path: text,
  physicalPath: text,
  userName: text,
  password: text,
  logonMethod: {type: 'enum', initial: 'ClearText', values: ['Interactive', 'Batch', 'Network', 'ClearText']},
  allowSubDirConfig: yes,
});

const applicationAttributes: Readonly<Record<string, AttributeSchema>> = {
  path: text,
  applicationPool: poolName,
  enabledProtocols: text,
  serviceAutoStartEnabled: no,
  serviceAutoStartProvider: text,
  preloadEnabled: no,
};

const application = element(
  {...applicationAttributes, path: required(text)},
  {
    elements: {virtualDirectoryDefaults: virtualDirectory},
    collection: {
      add: 'virtualDirectory',
      defaults: 'virtualDirectoryDefaults',
      item: virtualDirectory,
      keys: ['path'],
      ordered: true,
    },
  },
);

const further: ElementSchema = {...element({}), open: true};
const defaults = {
  applicationDefaults: element(applicationAttributes),
  virtualDirectoryDefaults: virtualDirectory,
} as const;

const site = element(
  {name: required(without('/?')), id: required(unsigned(undefined)), serverAutoStart: yes},
  {
    elements: {
      bindings,
      limits,
      logFile,
      traceFailedRequestsLogging,
      // Of FTP sites and HSTS nothing is decided here: they are let pass.
      ftpServer: further,
      hsts: further,
      ...defaults,
    },
    collection: {add: 'application', defaults: 'applicationDefaults', item: application, keys: ['path'], ordered: true},
  },
);

export const sites: ElementSchema = element(
  {},
  {
    elements: defaults,
    collection: {add: 'site', defaults: 'siteDefaults', item: site, keys: ['name'], ordered: true},
  },
);
