import type {Language} from '../runtime.ts';

/*
 * What appcmd prints, each text with its evidence: D documentation, R real output in a public log, T golden test or
 * captured help, I inferred by analogy, ? unknown. Nothing may be decided on a text marked I or ?.
 * Lines end with CRLF; where the real program doubles the CR, so do we.
 */
export type Evidence = 'D' | 'R' | 'T' | 'I' | '?';

interface Message<A extends readonly string[]> {
  readonly evidence: Evidence;
  /** The exit code that goes with it. */
  readonly exit: number;
  readonly text: (...args: A) => string;
}

const message = <A extends readonly string[]>(
  evidence: Evidence,
  exit: number,
  text: (...args: A) => string,
): Message<A> => ({evidence, exit, text});

const error = (text: string): string => `ERROR ( message:${text} )`;
const hresult = (code: string, text: string): string => `ERROR ( hresult:${code}, message:${text} )`;
const failedCommit = 'Failed to commit configuration changes.';

export const failure = {
  usage: message(
    'T',
    87,
    () =>
      'General purpose IIS command line administration tool.\r\r\n\r\r\nAPPCMD (command) (object-type) <identifier> </parameter1:value1 ...>\r\r\n\r\r\nSupported object types:\r\r\n\r\r\n  SITE APP VDIR APPPOOL CONFIG WP REQUEST MODULE BACKUP\r\r\n',
  ),
  unknownObject: message(
    'T',
    87,
    (object) => `Object '${object}' is not supported.  Run 'appcmd.exe /?' to display supported objects.\r\r\n`,
  ),
  unknownVerb: message(
    'T',
    87,
    (verb, object) =>
      `Command '${verb}' is not supported on object '${object}'. Run 'appcmd.exe ${object} /?'\r\r\nto display supported commands.\r\r\n`,
  ),
  notAParameter: message(
    'R',
    87,
    (parameter) =>
      `Failed to process input: The parameter '${parameter}' must begin with a / or - (HRESULT=80070057).\r\n`,
  ),
  unknownAttribute: message('R', 87, (name) => error(`Unknown attribute "${name}".  Replace with -? for help.`)),
  unknownSection: message('I', 87, (name) => error(`Unknown config section "${name}".  Replace with -? for help.`)),
  missingSection: message('I', 87, () => error('Must specify the section to edit with /section.')),
  noEdits: message('I', 87, () => error('Must specify at least one change.')),
  badCommitPath: message('I', 87, (path) => error(`The configuration path "${path}" cannot be committed to.`)),
  malformedIndexer: message('R', 13, () =>
    error(
      "Malformed collection indexer; format is [@position,name='value',name2='value2',...].  The @position specifier is optional, and be '@start', '@end', or '@N' where N is a numeric index into the collection.",
    ),
  ),
  notFound: message('T', 1168, (object, identifier) =>
    error(`Cannot find ${object} object with identifier "${identifier}".`),
  ),
  noIdentifier: message('T', 87, (object) => error(`Must specify the ${object} object with identifier.`)),
  duplicateObject: message('R', 183, (name) => error(`Failed to add duplicate collection element "${name}".`)),
  duplicateElement: message('R', 183, (element, native) =>
    error(`New ${element} object missing required attributes. ${native}\r\n\r\n.`),
  ),
  missingRequired: message('I', 13, (element, native) =>
    error(`New ${element} object missing required attributes. ${native}\r\n\r\n.`),
  ),
  noSuchElement: message('R', 4312, () => error('Cannot find requested collection element.')),
  badValue: message('I', 13, (name, value, reason) =>
    error(`Cannot set attribute "${name}" to value "${value}".. Reason: ${reason}\r\n.`),
  ),
  wasUnavailable: message('R', 50, () => error('The WAS service is not available - try starting the service first.')),
  noPermission: message('R', 5, () =>
    error(
      'Configuration error\r\n\r\nFilename: redirection.config\r\nLine Number: 0\r\nDescription: Cannot read configuration file due to insufficient permissions\r\n.',
    ),
  ),
  configuration: message('I', 13, (file, line, reason) =>
    error(`Configuration error\r\n\r\nFilename: ${file}\r\nLine Number: ${line}\r\nDescription: ${reason}\r\n.`),
  ),
  fileInUse: message('R', 32, () =>
    hresult(
      '80070020',
      `${failedCommit}  \r\n\r\nThe process cannot access the file because it is being used by another process.\r\n\r\n`,
    ),
  ),
  accessDenied: message('I', 5, () => hresult('80070005', `${failedCommit}\r\n\r\nAccess is denied.\r\n\r\n`)),
  pathNotFound: message('I', 3, () =>
    hresult('80070003', `${failedCommit}\r\n\r\nThe system cannot find the path specified.\r\n\r\n`),
  ),
  invalidCharacter: message('R', 0xc00cee2b, () => hresult('c00cee2b', `${failedCommit}\r\n`)),
  dataInvalid: message('R', 13, () => hresult('8007000d', 'Command execution failed.\r\nThe data is invalid.\r\n')),
  rpcFailed: message('R', 1726, () =>
    hresult('800706be', 'Command execution failed.\r\nThe remote procedure call failed.\r\n'),
  ),
  callCancelled: message('R', 0x80010006, () =>
    hresult('80010006', 'Command execution failed.\r\nThe message filter rejected the call.\r\n'),
  ),
  notImplemented: message('I', 0x80004001, () =>
    hresult('80004001', 'Command execution failed.\r\nNot implemented\r\n'),
  ),
  // The exit code is seen in scripts and logs, the text is not.
  alreadyStopped: message('I', 1062, () =>
    hresult('80070426', 'Command execution failed.\r\nThe service has not been started.\r\n'),
  ),
  alreadyStarted: message('?', 1056, () =>
    hresult('80070420', 'Command execution failed.\r\nAn instance of the service is already running.\r\n'),
  ),
  recycleStopped: message('?', 1062, () =>
    hresult('80070426', 'Command execution failed.\r\nThe service has not been started.\r\n'),
  ),
} as const;

export const success = {
  applied: message(
    'R',
    0,
    (section, path, commit) =>
      `Applied configuration changes to section "${section}" for "${path}" at configuration commit path "${commit}"`,
  ),
  added: message('D', 0, (object, name) => `${object} object "${name}" added`),
  changed: message('D', 0, (object, name) => `${object} object "${name}" changed`),
  deleted: message('D', 0, (object, name) => `${object} object "${name}" deleted`),
  started: message('R', 0, (name) => `"${name}" successfully started.`),
  stopped: message('R', 0, (name) => `"${name}" successfully stopped`),
  recycled: message('R', 0, (name) => `"${name}" successfully recycled`),
  locked: message('I', 0, (section, path) => `Locked section "${section}" at configuration path "${path}".`),
  unlocked: message('R', 0, (section, path) => `Unlocked section "${section}" at configuration path "${path}".`),
  restored: message('D', 0, (name) => `Restored configuration from backup "${name}"`),
  cleared: message('?', 0, (section, path) => `Cleared section "${section}" at configuration path "${path}".`),
  searched: message('I', 0, (path) => `CONFIGSEARCH "${path}"`),
  migrated: message('R', 0, (section) => `Successfully migrated section "${section}".`),
} as const;

/** The few texts that are known in, or put into, another language; the frame around a text is never translated. */
const translations: Readonly<Record<Exclude<Language, 'en'>, readonly (readonly [RegExp, string])[]>> = {
  ru: [
    [/Cannot find (\w+) object with identifier "([^"]*)"\./, 'Не удалось найти объект $1 с идентификатором "$2".'],
    [/"([^"]*)" successfully stopped/, '"$1" успешно остановлен'],
    [/"([^"]*)" successfully started\./, '"$1" успешно запущен.'],
    [/object "([^"]*)" changed/, 'объект "$1" изменён'],
    [/Applied configuration changes to section/, 'Применены изменения конфигурации раздела'],
  ],
  de: [
    [
      /Cannot find (\w+) object with identifier "([^"]*)"\./,
      'Das $1-Objekt mit dem Bezeichner "$2" wurde nicht gefunden.',
    ],
    [/"([^"]*)" successfully stopped/, '"$1" wurde erfolgreich beendet'],
    [/"([^"]*)" successfully started\./, '"$1" wurde erfolgreich gestartet.'],
    [/object "([^"]*)" changed/, '-Objekt "$1" geändert'],
    [/Applied configuration changes to section/, 'Die Konfigurationsänderungen wurden übernommen für Abschnitt'],
  ],
};

export const translate = (text: string, language: Language): string =>
  language === 'en'
    ? text
    : translations[language].reduce((translated, [from, to]) => translated.replace(from, to), text);
