import type {StartType} from '../../service.ts';
import {readDescription} from '../description.ts';
import {encodeOem} from '../oem.ts';
import {type Program, type ProgramIo, sandboxFolder} from '../program.ts';
import {type Language, languageOf, readRuntime} from '../runtime.ts';
import {
  allServices,
  configureStart,
  dependentsOf,
  findService,
  type ManagedService,
  type Manager,
  ServiceFailure,
  startService,
  stopService,
} from './manager.ts';
import {codes, failureText, successText, usage} from './messages.ts';
import {configBlock, statusBlock} from './output.ts';

interface Call {
  readonly manager: Manager;
  readonly language: Language;
  readonly name: string;
  /** What follows the service name. */
  readonly rest: readonly string[];
}

/** What a command prints; it fails by throwing. */
type Verb = (call: Call) => string;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

const queryCall = 'EnumQueryServicesStatus:OpenService';
const openCall = 'OpenService';

/** `state= all`, `inactive` or, as without the option, what is active. */
const enumerated = (words: readonly string[]): ((service: ManagedService) => boolean) => {
  const option = words[words.findIndex((word) => word.toLowerCase() === 'state=') + 1]?.toLowerCase();
  if (option === 'all') return () => true;
  const wanted = option === 'inactive';
  return ({now}) => (now.state === 'STOPPED') === wanted;
};

const query: Verb = ({manager, language, name, rest}) => {
  const isEnumeration = name === '' || name.endsWith('=');
  if (!isEnumeration) return statusBlock(findService(manager, name, queryCall), {language});
  return allServices(manager)
    .filter(enumerated([name, ...rest]))
    .map((service) => statusBlock(service, {language, displayName: true}))
    .join('');
};

const queryex: Verb = ({manager, language, name}) =>
  statusBlock(findService(manager, name, queryCall), {language, process: true});

// The interface's own range for the buffer (MS-SCMR 3.1.4.17). RPC holds it before the service control manager is asked.
const configBufferLimit = 8192;

const qc: Verb = ({manager, language, name, rest}) => {
  const service = findService(manager, name, openCall);
  if (Number(rest[0] ?? 0) > configBufferLimit) throw new ServiceFailure('QueryServiceConfig', codes.badStubData);
  return configBlock(service, language);
};

const startTypes: readonly StartType[] = ['boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled'];

/** `start= disabled` as two arguments, or `start=disabled` as one, which current builds take too. */
const startOption = (rest: readonly string[]): StartType => {
  const index = rest.findIndex((word) => word.toLowerCase().startsWith('start='));
  const word = rest[index] ?? '';
  const value = (word.length > 'start='.length ? word.slice('start='.length) : (rest[index + 1] ?? '')).toLowerCase();
  const known = startTypes.find((type) => type === value);
  if (index === -1 || known === undefined) throw new UsageError();
  return known;
};

const requireElevation = ({description}: Manager): void => {
  if (!description.elevated) throw new ServiceFailure(openCall, codes.accessDenied);
};

const config: Verb = ({manager, language, name, rest}) => {
  const service = findService(manager, name, openCall);
  requireElevation(manager);
  configureStart(manager, service, startOption(rest));
  return successText('ChangeServiceConfig', language);
};

const start: Verb = ({manager, language, name}) => {
  const service = findService(manager, name, openCall);
  requireElevation(manager);
  startService(manager, service);
  return statusBlock(findService(manager, name, openCall), {language, process: true});
};

const stop: Verb = ({manager, language, name}) => {
  const service = findService(manager, name, openCall);
  requireElevation(manager);
  stopService(manager, service);
  return statusBlock(findService(manager, name, openCall), {language});
};

/** Bytes that one entry takes in the buffer: a rough size of the structure and its two names. */
const entrySize = (displayName: string, name: string): number => 48 + 2 * (displayName.length + name.length + 2);

const enumdepend: Verb = ({manager, language, name, rest}) => {
  findService(manager, name, openCall);
  const services = dependentsOf(allServices(manager), name);
  const needed = services.reduce((sum, service) => sum + entrySize(service.displayName, service.name), 0);
  const buffer = /^\d+$/.test(rest[0] ?? '') ? Number(rest[0]) : 1024;
  if (needed > buffer) throw new ServiceFailure('EnumDependentServices', codes.moreData);
  const blocks = services.map((service) => statusBlock(service, {language, displayName: true}));
  return `[SC] EnumDependentServices: entriesread = ${services.length}\r\n${blocks.join('')}`;
};

const qtriggerinfo: Verb = ({manager, name}) => {
  const service = findService(manager, name, openCall);
  return `The service ${service.name} has not registered for any start or stop triggers.\r\n`;
};

const verbs: Readonly<Record<string, Verb>> = {query, queryex, qc, config, start, stop, enumdepend, qtriggerinfo};

const attempt = (argv: readonly string[], io: ProgramIo, language: Language): string => {
  const dir = sandboxFolder(io);
  const [first = '', ...rest] = argv[0]?.startsWith('\\\\') ? argv.slice(1) : argv;
  const command = first.toLowerCase();
  const verb = Object.hasOwn(verbs, command) ? verbs[command] : undefined;
  const [name = '', ...options] = rest;
  if (!verb || (name === '' && command !== 'query')) throw new UsageError();
  const manager = {dir, realTime: io.now(), description: readDescription(dir)};
  return verb({manager, language, name, rest: options});
};

/** sc.exe of the simulated server. Its exit code is the Win32 code; everything goes to standard output. */
export const main: Program = async (argv, io) => {
  const language = languageOf(readRuntime(sandboxFolder(io), io.now()));
  const print = (text: string): void => io.stdout(encodeOem(text, language));
  try {
    print(attempt(argv, io, language));
    return 0;
  } catch (error) {
    if (error instanceof ServiceFailure) {
      print(failureText(error.call, error.code, language));
      return error.code;
    }
    if (!(error instanceof UsageError)) throw error;
    print(usage);
    return codes.usage;
  }
};
