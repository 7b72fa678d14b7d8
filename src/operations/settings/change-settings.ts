import {withLock} from '../../apply/preflight.ts';
import {appendSettingsChange} from '../../journal/settings-ledger.ts';
import {openStateFolder} from '../../journal/state-folder.ts';
import {writeDurably} from '../../kit/durable-file.ts';
import {folderGuard} from '../../kit/folder-guard.ts';
import {isRefusal, Refusal} from '../../kit/refusal.ts';
import type {Server} from '../../server/server.ts';
import {editYaml, yamlAt} from './edit-yaml.ts';
import type {Level} from './effective.ts';
import {organizationSettingsFile} from './model.ts';
import {keepOrganization, organizationFileText} from './organization.ts';
import {parseSettings} from './parse.ts';
import {parseServerSettings, serverSettingsText, settingsFile} from './read-settings.ts';

export interface SettingsChange {
  readonly what: 'set' | 'remove' | 'block' | 'unblock';
  /** `agent.mode`; a mitigation's id below agent.modes may have dots of its own. */
  readonly key: string;
  /** From what stands there to what shall; `undefined` takes the key away. */
  readonly change: (text: string) => unknown;
  readonly level: Level;
}

export interface ChangeContext {
  readonly stateDir: string;
  /** Account of the operating system. */
  readonly by: string;
  readonly reason: string;
}

export interface Changed {
  readonly file: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** `agent.modes.M1.1` has three parts: what follows `modes` is an id. */
export const pathOf = (key: string): readonly string[] => {
  const [, id] = /^agent\.modes\.(.+)$/.exec(key) ?? [];
  return id === undefined ? key.split('.') : ['agent', 'modes', id];
};

/**
 * Changes one key of a file of settings: checked first, then written down with who and why, then written. Comments stay.
 * @throws Refusal SETTINGS.*, APPLY.LOCKED
 */
export const changeSettings = (server: Server, change: SettingsChange, context: ChangeContext): Promise<Changed> =>
  withLock(server, () => changeLocked(server, change, context));

const changeLocked = async (
  server: Server,
  {what, key, change, level}: SettingsChange,
  {stateDir, by, reason}: ChangeContext,
): Promise<Changed> => {
  await openStateFolder(stateDir, folderGuard());
  const {file, text, check} = await fileOf(level, stateDir);
  const path = pathOf(key);
  const edited = editYaml(text, {path, value: change(text)});
  // An empty file of an organisation is one that somebody is just writing.
  const written = level === 'organization' && edited.trim() === '' ? '{}\n' : edited;
  checkBefore(written, check);
  const [before, after] = [yamlAt(text, path), yamlAt(written, path)];
  if (before === after) return {file, before, after};
  const {hostName: host} = await server.facts();
  await appendSettingsChange(
    stateDir,
    {type: 'settings.changed', what, file, key, before, after, by, host, reason},
    server.clock,
  );
  await writeDurably(file, written);
  if (level === 'organization' || key.startsWith('organization')) {
    await keepOrganization(parseServerSettings(settingsFile(stateDir), await serverSettingsText(stateDir)), stateDir);
  }
  return {file, before, after};
};

/** A fault of what would be written is not one of the file as it stands. */
const checkBefore = (written: string, check: EditedFile['check']): void => {
  try {
    check(written);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const {code, message} = error;
    throw new Refusal(code, `with this change the settings could not be used: ${message}`, {
      untouched: 'The settings are as they were.',
      next: [{label: 'See which keys and values there are', command: 'stopgap settings show'}],
    });
  }
};

interface EditedFile {
  readonly file: string;
  readonly text: string;
  /** @throws Refusal */
  readonly check: (text: string) => unknown;
}

const fileOf = async (level: Level, stateDir: string): Promise<EditedFile> => {
  const own = settingsFile(stateDir);
  const text = await serverSettingsText(stateDir);
  if (level === 'server') return {file: own, text, check: (written) => parseServerSettings(own, written)};
  const file = parseServerSettings(own, text).organization?.file;
  if (file === undefined) {
    throw new Refusal('SETTINGS.NO_ORGANIZATION', 'this server is told of no settings of an organisation', {
      next: [{label: 'Say where they lie', command: 'stopgap settings set organization.file PATH --reason "why"'}],
    });
  }
  return {
    file,
    text: await organizationFileText(file),
    check: (written) => parseSettings({file, text: written}, organizationSettingsFile, 'SETTINGS.ORGANIZATION_INVALID'),
  };
};
