import {illegalCharacter} from '../../../iis/text/characters.ts';
import {applyEdits} from '../../../iis/text/edit.ts';
import {parseXml} from '../../../iis/text/parse-xml.ts';
import {joinWindowsPath, normalizeWindowsPath} from '../../windows-path.ts';
import {openWorld, type World} from '../config/world.ts';
import {reserialisingEdits} from '../config/writer.ts';
import {encodeOem} from '../oem.ts';
import {die, type ProgramIo, sandboxFolder} from '../program.ts';
import {faultStrikes, type Language, languageOf, readRuntime} from '../runtime.ts';
import type {FaultName, Runtime} from '../runtime-json.ts';
import type {AppcmdCommand} from './command.ts';
import {fail} from './failure.ts';
import {failure, translate} from './messages.ts';
import {rememberPools} from './pool-state.ts';

/** One run of appcmd: what it was told, what it sees, where it writes. */
export interface Session {
  readonly io: ProgramIo;
  readonly dir: string;
  readonly world: World;
  readonly command: AppcmdCommand;
  readonly language: Language;
}

export const openSession = (io: ProgramIo, command: AppcmdCommand): Session => {
  const dir = sandboxFolder(io);
  const copy = command.options.get('apphostconfig');
  const world = openWorld(dir, copy === undefined || copy === '' ? undefined : normalizeWindowsPath(copy));
  return {io, dir, world, command, language: languageOf(readRuntime(dir, io.now()))};
};

/** Prints a line on standard output, where everything goes, errors too. */
export const printLine = (session: Pick<Session, 'io' | 'language'>, text: string): void => {
  session.io.stdout(encodeOem(`${translate(text, session.language)}\r\n`, session.language));
};

export const runtimeOf = (session: Session): Runtime => readRuntime(session.dir, session.io.now());

export const strikes = (session: Session, name: FaultName): boolean =>
  faultStrikes(session.dir, session.io.now(), name);

const failingCommit = (session: Session): void => {
  if (strikes(session, 'file-in-use')) fail(failure.fileInUse);
  if (strikes(session, 'access-denied')) fail(failure.accessDenied);
  const illegal = session.command.parameters.some(({text}) => illegalCharacter.test(text));
  if (illegal || strikes(session, 'invalid-character')) fail(failure.invalidCharacter);
  if (strikes(session, 'killed-before-commit')) die(session.io);
};

/** The other writer that the real program may have: it copies nodes and so writes every tag of the file anew. */
const reserialise = ({store, description}: World): void => {
  if (!description.behaviour.reserialise) return;
  for (const file of [...store.files.values()].filter(({changed}) => changed)) {
    const {text} = file.document;
    store.replaceText(file.path, applyEdits(text, reserialisingEdits(parseXml(text).root)));
  }
};

/**
 * Writes every changed file. The success line comes before, as the real program prints it: a command may say "Applied"
 * and fail.
 */
export const commit = (session: Session, successLine: string): void => {
  const {world} = session;
  // A copy is nobody's configuration: its pools never run.
  if (!session.command.options.has('apphostconfig')) rememberPools(session);
  reserialise(world);
  printLine(session, successLine);
  failingCommit(session);
  for (const {path, bytes} of world.store.changes()) {
    if (!world.disk.isFolder(joinWindowsPath(path, '..'))) fail(failure.pathNotFound);
    if (strikes(session, 'killed-mid-write')) {
      world.disk.writeTorn(path, bytes);
      die(session.io);
    }
    world.disk.write(path, bytes);
  }
  if (strikes(session, 'killed-after-commit')) die(session.io);
};
