import {readDescription} from '../description.ts';
import {encodeOem} from '../oem.ts';
import {type Program, type ProgramIo, sandboxFolder} from '../program.ts';
import {languageOf, readRuntime} from '../runtime.ts';
import {backup} from './backup.ts';
import {type AppcmdCommand, parseCommand} from './command.ts';
import {clearConfig, sectionOf, setConfig} from './config-edit.ts';
import {listConfig, searchConfig} from './config-read.ts';
import {AppcmdFailure, asFailure, fail, isConfigFault} from './failure.ts';
import {addFromInput, commandsOf} from './input.ts';
import {lockConfig} from './lock-config.ts';
import {failure, success, translate} from './messages.ts';
import {addObject, deleteObject, setObject} from './object-edit.ts';
import {listObjects} from './object-list.ts';
import {listModules, listRequests, listWorkers} from './runtime-lists.ts';
import {openSession, printLine, type Session} from './session.ts';
import {changeState} from './state-verbs.ts';

const config = (session: Session): number => {
  switch (session.command.verb) {
    case 'list':
      return listConfig(session);
    case 'search':
      return searchConfig(session);
    case 'set':
      setConfig(session);
      return 0;
    case 'clear':
      clearConfig(session);
      return 0;
    case 'migrate':
      // Nothing of the sections that migrate holds for an integrated pipeline is simulated: there is nothing to move.
      printLine(session, success.migrated.text(sectionOf(session)));
      return 0;
    default:
      lockConfig(session, session.command.verb === 'lock' ? 'Deny' : 'Allow');
      return 0;
  }
};

const object = (session: Session): number => {
  switch (session.command.verb) {
    case 'list':
      return listObjects(session);
    case 'set':
      setObject(session);
      return 0;
    case 'add':
      addObject(session);
      return 0;
    case 'delete':
      deleteObject(session);
      return 0;
    default:
      changeState(session);
      return 0;
  }
};

const run = (session: Session): number => {
  switch (session.command.object) {
    case 'CONFIG':
      return config(session);
    case 'BACKUP':
      backup(session);
      return 0;
    case 'WP':
      return listWorkers(session);
    case 'REQUEST':
      return listRequests(session);
    case 'MODULE':
      return listModules(session);
    default:
      return object(session);
  }
};

const stateVerbs = new Set(['start', 'stop', 'recycle']);

/** Without elevation the configuration cannot be read; verbs of the run time blame WAS instead. */
const refuseUnelevated = (session: Session, {verb, object: type}: AppcmdCommand): void => {
  if (session.world.description.elevated) return;
  fail(stateVerbs.has(verb) || type === 'WP' || type === 'REQUEST' ? failure.wasUnavailable : failure.noPermission);
};

const attempt = (argv: readonly string[], io: ProgramIo): number => {
  const {behaviour} = readDescription(sandboxFolder(io));
  const command = parseCommand(argv, behaviour.percentEscapes);
  if (command.options.has('in')) return runInput(command, io);
  const session = openSession(io, command);
  refuseUnelevated(session, command);
  return run(session);
};

/** Each command sees what the one before it has written. */
const runInput = (command: AppcmdCommand, io: ProgramIo): number => {
  // Of sections and backups no input is documented.
  if (command.object === 'CONFIG' || command.object === 'BACKUP') return fail(failure.notImplemented);
  let exitCode = 0;
  for (const {command: one, config: content} of commandsOf(command, io.stdin?.() ?? '')) {
    const session = openSession(io, one);
    refuseUnelevated(session, one);
    if (one.verb === 'add') addFromInput(session, content);
    else exitCode = run(session);
  }
  return exitCode;
};

const asksForHelp = (argv: readonly string[]): boolean => argv.some((word) => word === '/?' || word === '-?');

/** appcmd.exe of the simulated server. Everything goes to standard output, errors too. */
export const main: Program = async (argv, io) => {
  if (asksForHelp(argv)) {
    io.stdout(failure.usage.text());
    return 1;
  }
  try {
    return attempt(argv, io);
  } catch (error) {
    const failed = isConfigFault(error) ? asFailure(error) : error;
    if (!(failed instanceof AppcmdFailure)) throw error;
    const language = languageOf(readRuntime(sandboxFolder(io), io.now()));
    const end = /[\r\n]$/.test(failed.message) ? '' : '\r\n';
    io.stdout(encodeOem(translate(failed.message, language) + end, language));
    return failed.exitCode;
  }
};
