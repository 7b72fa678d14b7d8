import type {FaultName} from '../../src/server/sandbox/runtime-json.ts';
import type {ServerJson} from '../../src/server/server-json.ts';
import {addM1, rules} from './lab.ts';

/*
 * What the real programs are known to print, and with which exit code, each with its evidence: D documentation, R real
 * output in a public log, T golden test or captured help text, I inferred, ? unknown. What is I or ? is only checked
 * for what is certain about it. Public logs have lost their carriage returns; texts of captured output kept them.
 */
export interface Row {
  readonly tool: 'appcmd' | 'sc';
  readonly situation: string;
  readonly evidence: 'D' | 'R' | 'T' | 'I' | '?';
  /** `non-zero` and `any` where more is not known. */
  readonly exit: number | 'non-zero' | 'any';
  /** The whole output, or what it begins with or contains; absent: nothing is known of it. */
  readonly text?: string | RegExp;
  /** Commands that come first and must succeed. */
  readonly before?: readonly (readonly string[])[];
  readonly argv: readonly string[];
  readonly fault?: FaultName;
  readonly server?: Partial<ServerJson>;
}

const site = 'Default Web Site';
const pool = 'MSExchangeECPAppPool';
const notElevated = {elevated: false};

const appcmdRows: readonly Omit<Row, 'tool'>[] = [
  {situation: 'no arguments', evidence: 'T', exit: 87, argv: [], text: /APPCMD \(command\) \(object-type\)/},
  {situation: '/? (any help)', evidence: 'T', exit: 1, argv: ['list', 'site', '/?']},
  {
    situation: 'unknown object',
    evidence: 'T',
    exit: 87,
    argv: ['list', 'foo'],
    text: "Object 'FOO' is not supported.  Run 'appcmd.exe /?' to display supported objects.\r\r\n",
  },
  {
    situation: 'unknown verb for object',
    evidence: 'T',
    exit: 87,
    argv: ['restart', 'site'],
    text: "Command 'RESTART' is not supported on object 'SITE'. Run 'appcmd.exe SITE /?'\r\r\nto display supported commands.\r\r\n",
  },
  {
    situation: 'object without verb',
    evidence: 'T',
    exit: 87,
    argv: ['site'],
    text: "Command '' is not supported on object 'SITE'. Run 'appcmd.exe SITE /?'\r\r\nto display supported commands.\r\r\n",
  },
  {
    situation: 'list with identifier that does not exist',
    evidence: 'T',
    exit: 1,
    argv: ['list', 'site', 'Missing'],
    text: '',
  },
  ...(['start', 'stop', 'set', 'delete'] as const).map((verb) => ({
    situation: `${verb} of missing object`,
    evidence: 'T' as const,
    exit: 1168,
    argv: [verb, 'site', 'Missing', ...(verb === 'set' ? ['/serverAutoStart:true'] : [])],
    text: 'ERROR ( message:Cannot find SITE object with identifier "Missing". )\r\n',
  })),
  ...(['start', 'stop', 'set', 'delete'] as const).map((verb) => ({
    situation: `${verb} without identifier`,
    evidence: 'T' as const,
    exit: 87,
    argv: [verb, 'site'],
    text: 'ERROR ( message:Must specify the SITE object with identifier. )\r\n',
  })),
  {
    situation: 'unquoted space in a parameter',
    evidence: 'R',
    exit: 87,
    argv: ['set', 'config', 'Default', 'Web', 'Site', rules],
    text: "Failed to process input: The parameter 'Web' must begin with a / or - (HRESULT=80070057).",
  },
  {
    situation: 'unknown attribute',
    evidence: 'R',
    exit: 87,
    argv: ['set', 'config', site, rules, "/+[name='A',x='1']"],
    text: 'ERROR ( message:Unknown attribute "x".  Replace with -? for help. )',
  },
  {
    situation: 'malformed collection indexer',
    evidence: 'R',
    exit: 13,
    argv: ['set', 'config', site, rules, '/+[name=A]'],
    text: "ERROR ( message:Malformed collection indexer; format is [@position,name='value',name2='value2',...].  The @position specifier is optional, and be '@start', '@end', or '@N' where N is a numeric index into the collection. )",
  },
  {
    situation: 'add object that exists',
    evidence: 'R',
    exit: 183,
    argv: ['add', 'apppool', `/name:${pool}`],
    text: `ERROR ( message:Failed to add duplicate collection element "${pool}". )`,
  },
  {
    situation: 'set config /+ of an existing key',
    evidence: 'R',
    exit: 183,
    before: [['set', 'config', '/section:system.webServer/rewrite/allowedServerVariables', "/+[name='X']"]],
    argv: ['set', 'config', '/section:system.webServer/rewrite/allowedServerVariables', "/+[name='X']"],
    text: "ERROR ( message:New add object missing required attributes. Cannot add duplicate collection entry of type 'add' with unique key attribute 'name' set to 'X'\n\n. )",
  },
  {
    situation: 'set config /+ of an existing combined key',
    evidence: 'R',
    exit: 183,
    before: [
      ['set', 'config', site, '/section:outboundRules', "/+preConditions.[name='P']"],
      ['set', 'config', site, '/section:outboundRules', "/+preConditions.[name='P'].[input='a',pattern='b']"],
    ],
    argv: ['set', 'config', site, '/section:outboundRules', "/+preConditions.[name='P'].[input='a',pattern='b']"],
    text: /with combined key attributes 'input, matchType, pattern, ignoreCase, negate' respectively set to 'a, Pattern, b, true, false'/,
  },
  ...["/-[name='X']", "/[name='X'].enabled:false"].map((edit) => ({
    situation: `set config ${edit} of a missing element`,
    evidence: 'R' as const,
    exit: 4312,
    argv: ['set', 'config', site, rules, edit],
    text: 'ERROR ( message:Cannot find requested collection element. )',
  })),
  ...[
    ['list', 'wp'],
    ['recycle', 'apppool', pool],
    ['stop', 'apppool', pool],
  ].map((argv) => ({
    situation: `WAS stopped: ${argv[0]} ${argv[1]}`,
    evidence: 'R' as const,
    exit: 50,
    argv,
    fault: 'was-stopped' as const,
    text: 'ERROR ( message:The WAS service is not available - try starting the service first. )',
  })),
  {
    situation: 'not elevated: state verbs blame WAS',
    evidence: 'R',
    exit: 50,
    argv: ['stop', 'apppool', pool],
    server: notElevated,
    text: 'ERROR ( message:The WAS service is not available - try starting the service first. )',
  },
  {
    situation: 'not elevated, configuration not readable',
    evidence: 'R',
    exit: 5,
    argv: ['list', 'site'],
    server: notElevated,
    text: 'ERROR ( message:Configuration error\n\nFilename: redirection.config\nLine Number: 0\nDescription: Cannot read configuration file due to insufficient permissions\n. )',
  },
  {
    situation: 'file locked by another process (printed AFTER the success line)',
    evidence: 'R',
    exit: 32,
    argv: addM1(),
    fault: 'file-in-use',
    text: /^Applied configuration changes to section [^\n]*\nERROR \( hresult:80070020, message:Failed to commit configuration changes\. {2}\n\nThe process cannot access the file because it is being used by another process\.\n\n \)\n$/,
  },
  {
    situation: 'invalid XML character at commit',
    evidence: 'R',
    exit: 0xc00cee2b,
    argv: addM1(),
    fault: 'invalid-character',
    text: /ERROR \( hresult:c00cee2b, message:Failed to commit configuration changes\.\n \)/,
  },
  {
    situation: 'data invalid',
    evidence: 'R',
    exit: 13,
    argv: ['stop', 'apppool', pool],
    fault: 'data-invalid',
    text: 'ERROR ( hresult:8007000d, message:Command execution failed.\nThe data is invalid.\n )',
  },
  {
    situation: 'RPC failure, transient',
    evidence: 'R',
    exit: 1726,
    argv: ['stop', 'apppool', pool],
    fault: 'rpc-failure',
    text: /^ERROR \( hresult:800706be, message:Command execution failed\.\n/,
  },
  {
    situation: 'call cancelled by message filter, transient',
    evidence: 'R',
    exit: 2147549190,
    argv: ['stop', 'apppool', pool],
    fault: 'call-cancelled',
    text: /hresult:80010006/,
  },
  {
    situation: 'stop a pool that is already stopped',
    evidence: 'R',
    exit: 1062,
    before: [['stop', 'apppool', pool]],
    argv: ['stop', 'apppool', pool],
  },
  {
    situation: 'start a pool that is already started',
    evidence: '?',
    exit: 'any',
    argv: ['start', 'apppool', pool],
  },
  {
    situation: 'set config success',
    evidence: 'R',
    exit: 0,
    argv: addM1(),
    text: `Applied configuration changes to section "system.webServer/rewrite/rules" for "MACHINE/WEBROOT/APPHOST/${site}" at configuration commit path "MACHINE/WEBROOT/APPHOST/${site}"\r\n`,
  },
  {
    situation: 'set config success with /commit:apphost',
    evidence: 'R',
    exit: 0,
    argv: [...addM1(), '/commit:apphost'],
    text: `Applied configuration changes to section "system.webServer/rewrite/rules" for "MACHINE/WEBROOT/APPHOST/${site}" at configuration commit path "MACHINE/WEBROOT/APPHOST"\r\n`,
  },
  {
    situation: 'add success',
    evidence: 'D',
    exit: 0,
    argv: ['add', 'site', '/name:X', '/bindings:http/*:8080:'],
    text: 'SITE object "X" added\r\n',
  },
  {
    situation: 'set success',
    evidence: 'D',
    exit: 0,
    argv: ['set', 'apppool', pool, '/autoStart:false'],
    text: `APPPOOL object "${pool}" changed\r\n`,
  },
  {
    situation: 'delete success',
    evidence: 'D',
    exit: 0,
    before: [['add', 'apppool', '/name:X']],
    argv: ['delete', 'apppool', 'X'],
    text: 'APPPOOL object "X" deleted\r\n',
  },
  {
    situation: 'backup add success',
    evidence: 'D',
    exit: 0,
    argv: ['add', 'backup', 'X'],
    text: 'BACKUP object "X" added\r\n',
  },
  {
    situation: 'backup restore success',
    evidence: 'D',
    exit: 0,
    before: [['add', 'backup', 'X']],
    argv: ['restore', 'backup', 'X'],
    text: 'Restored configuration from backup "X"\r\n',
  },
  {
    situation: 'start success',
    evidence: 'R',
    exit: 0,
    before: [['stop', 'apppool', pool]],
    argv: ['start', 'apppool', pool],
    text: `"${pool}" successfully started.\r\n`,
  },
  {
    situation: 'stop success (no full stop)',
    evidence: 'R',
    exit: 0,
    argv: ['stop', 'apppool', pool],
    text: `"${pool}" successfully stopped\r\n`,
  },
  {
    situation: 'recycle success',
    evidence: 'R',
    exit: 0,
    argv: ['recycle', 'apppool', pool],
    text: `"${pool}" successfully recycled\r\n`,
  },
  {
    situation: 'unlock success',
    evidence: 'R',
    exit: 0,
    argv: ['unlock', 'config', '/section:system.webServer/handlers'],
    text: 'Unlocked section "system.webServer/handlers" at configuration path "MACHINE/WEBROOT/APPHOST".\r\n',
  },
  {situation: 'lock success', evidence: 'I', exit: 0, argv: ['lock', 'config', '/section:system.webServer/handlers']},
  {
    situation: 'migrate success',
    evidence: 'R',
    exit: 0,
    argv: ['migrate', 'config', '/section:system.webServer/handlers'],
    text: 'Successfully migrated section "system.webServer/handlers".\r\n',
  },
  {situation: 'clear config success', evidence: '?', exit: 0, argv: ['clear', 'config', site, rules]},
];

const missingService = 'The specified service does not exist as an installed service.';
const failed = (call: string, code: number, sentence: string): string =>
  `[SC] ${call} FAILED ${code}:\r\n\r\n${sentence}\r\n\r\n`;

const scRows: readonly Omit<Row, 'tool'>[] = [
  ...['query', 'queryex'].map((verb) => ({
    situation: `${verb} missing service`,
    evidence: 'R' as const,
    exit: 1060,
    argv: [verb, 'Missing'],
    text: failed('EnumQueryServicesStatus:OpenService', 1060, missingService),
  })),
  ...[
    ['config', 'Missing', 'start=', 'disabled'],
    ['start', 'Missing'],
    ['stop', 'Missing'],
    ['qc', 'Missing'],
  ].map((argv) => ({
    situation: `${argv[0]} missing service`,
    evidence: 'R' as const,
    exit: 1060,
    argv,
    text: failed('OpenService', 1060, missingService),
  })),
  {
    situation: 'not elevated',
    evidence: 'R',
    exit: 5,
    argv: ['stop', 'MSExchangeMitigation'],
    server: notElevated,
    text: failed('OpenService', 5, 'Access is denied.'),
  },
  {
    situation: 'stop when not running',
    evidence: 'R',
    exit: 1062,
    argv: ['stop', 'MSExchangePop3'],
    text: failed('ControlService', 1062, 'The service has not been started.'),
  },
  {
    situation: 'stop with running dependents',
    evidence: 'R',
    exit: 1051,
    argv: ['stop', 'WAS'],
    text: failed(
      'ControlService',
      1051,
      'A stop control has been sent to a service that other running services are dependent on.',
    ),
  },
  {
    situation: 'control not valid',
    evidence: 'R',
    exit: 1052,
    argv: ['stop', 'MSExchangeMitigation'],
    fault: 'control-invalid',
    text: failed('ControlService', 1052, 'The requested control is not valid for this service.'),
  },
  {
    situation: 'start already running',
    evidence: 'R',
    exit: 1056,
    argv: ['start', 'W3SVC'],
    text: failed('StartService', 1056, 'An instance of the service is already running.'),
  },
  {
    situation: 'start disabled',
    evidence: 'R',
    exit: 1058,
    before: [['config', 'MSExchangePop3', 'start=', 'disabled']],
    argv: ['start', 'MSExchangePop3'],
    text: failed(
      'StartService',
      1058,
      'The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.',
    ),
  },
  {
    situation: 'start timeout',
    evidence: 'R',
    exit: 1053,
    argv: ['start', 'MSExchangePop3'],
    fault: 'start-timeout',
    text: failed(
      'StartService',
      1053,
      'The service did not respond to the start or control request in a timely fashion.',
    ),
  },
  {
    situation: 'config success',
    evidence: 'R',
    exit: 0,
    argv: ['config', 'MSExchangePop3', 'start=', 'disabled'],
    text: '[SC] ChangeServiceConfig SUCCESS\r\n',
  },
  {
    situation: 'qc success header',
    evidence: 'R',
    exit: 0,
    argv: ['qc', 'W3SVC'],
    text: /^\[SC\] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: W3SVC\n/,
  },
  {
    situation: 'enumdepend header',
    evidence: 'R',
    exit: 0,
    argv: ['enumdepend', 'WAS'],
    text: /^\[SC\] EnumDependentServices: entriesread = 1\n/,
  },
  {
    situation: 'no triggers',
    evidence: 'R',
    exit: 0,
    argv: ['qtriggerinfo', 'W3SVC'],
    text: 'The service W3SVC has not registered for any start or stop triggers.',
  },
  {situation: 'bad command line', evidence: '?', exit: 'non-zero', argv: ['nonsense']},
];

export const rows: readonly Row[] = [
  ...appcmdRows.map((row) => ({...row, tool: 'appcmd' as const})),
  ...scRows.map((row) => ({...row, tool: 'sc' as const})),
];
