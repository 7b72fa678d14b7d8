import {joinWindowsPath} from '../../windows-path.ts';
import {configFolderOf} from '../description.ts';
import {simulatedNow} from '../runtime.ts';
import {propertiesOf} from './command.ts';
import {fail} from './failure.ts';
import {failure, success} from './messages.ts';
import {printLine, runtimeOf, type Session} from './session.ts';

const files = ['applicationHost.config', 'administration.config', 'redirection.config'];

const backupFolder = ({world}: Session): string => joinWindowsPath(configFolderOf(world.description), '..', 'backup');

const historyFolder = ({world}: Session): string =>
  joinWindowsPath(world.environment['SystemDrive'] ?? 'C:', 'inetpub', 'history');

const folderOf = (session: Session, name: string): string | undefined =>
  [backupFolder(session), historyFolder(session)]
    .map((folder) => joinWindowsPath(folder, name))
    .find((folder) => session.world.disk.isFolder(folder));

/** `20260519T172530`, as a backup without a name is called. */
const stamp = (session: Session): string =>
  new Date(simulatedNow(runtimeOf(session), session.io.now())).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');

const nameOf = (session: Session): string | undefined =>
  session.command.identifier ?? propertiesOf(session.command).find(([name]) => /^(backup\.)?name$/i.test(name))?.[1];

const copy = ({world}: Session, from: string, to: string): void => {
  world.disk.makeFolder(to);
  for (const file of files) {
    const bytes = world.disk.read(joinWindowsPath(from, file));
    if (bytes) world.disk.write(joinWindowsPath(to, file), bytes);
  }
};

const add = (session: Session): void => {
  const name = nameOf(session) ?? stamp(session);
  // What the real program says to a name that exists is not known.
  if (folderOf(session, name) !== undefined) fail(failure.duplicateObject, name);
  copy(session, configFolderOf(session.world.description), joinWindowsPath(backupFolder(session), name));
  printLine(session, success.added.text('BACKUP', name));
};

const existing = (session: Session): {name: string; folder: string} => {
  const name = nameOf(session) ?? fail(failure.noIdentifier, 'BACKUP');
  return {name, folder: folderOf(session, name) ?? fail(failure.notFound, 'BACKUP', name)};
};

const list = (session: Session): void => {
  const names = [backupFolder(session), historyFolder(session)].flatMap((folder) => session.world.disk.list(folder));
  for (const name of names) session.io.stdout(`BACKUP "${name}"\r\n`);
};

const remove = (session: Session): void => {
  const {name, folder} = existing(session);
  session.world.disk.remove(folder);
  printLine(session, success.deleted.text('BACKUP', name));
};

const restore = (session: Session): void => {
  const {name, folder} = existing(session);
  copy(session, folder, configFolderOf(session.world.description));
  printLine(session, success.restored.text(name));
};

const verbs: Readonly<Record<string, (session: Session) => void>> = {add, list, delete: remove, restore};

/** Backups of the server level; web.config files are in none of them. */
export const backup = (session: Session): void => verbs[session.command.verb]?.(session);
