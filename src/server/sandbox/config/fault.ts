/** Win32 codes that reading or writing configuration ends with. */
export const win32 = {
  pathNotFound: 3,
  accessDenied: 5,
  invalidData: 13,
  sharingViolation: 32,
  lockViolation: 33,
  invalidParameter: 87,
  alreadyExists: 183,
  notFound: 1168,
} as const;

/**
 * The configuration along a path cannot be read: what a request answers with 500.19 and appcmd with "Configuration
 * error". The reason is the native text, which both show.
 */
export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly code: number;

  constructor(file: string, line: number, reason: string, code: number) {
    super(`${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
    this.code = code;
  }
}

/** The native messages, as Microsoft.Web.Administration shows them behind file and line. */
export const native = {
  malformed: 'Configuration file is not well-formed XML',
  locked:
    'This configuration section cannot be used at this path. This happens when the section is locked at a parent level. Locking is either by default (overrideModeDefault="Deny"), or set explicitly by a location tag with overrideMode="Deny" or the legacy allowOverride="false".',
  lockViolation: 'Lock violation',
  unreadable: 'Cannot read configuration file',
  undeclared: (section: string) =>
    `The configuration section '${section}' cannot be read because it is missing a section declaration`,
  duplicateSection: (section: string) => `There is a duplicate '${section}' section defined`,
  unknownElement: (name: string) => `Unrecognized element '${name}'`,
  unknownAttribute: (name: string) => `Unrecognized attribute '${name}'`,
  missingAttribute: (name: string) => `Missing required attribute '${name}'`,
  unknownPath: (path: string) => `Unrecognized configuration path '${path}'`,
  readOnly: 'This configuration section cannot be modified because it has been opened for read only access',
  badSource: 'Specified configSource cannot be parsed',
  duplicate: (element: string, names: readonly string[], values: readonly string[]) =>
    names.length === 1
      ? `Cannot add duplicate collection entry of type '${element}' with unique key attribute '${names[0]}' set to '${values[0]}'`
      : `Cannot add duplicate collection entry of type '${element}' with combined key attributes '${names.join(', ')}' respectively set to '${values.join(', ')}'`,
} as const;
