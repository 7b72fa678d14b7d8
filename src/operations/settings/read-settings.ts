import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Refusal} from '../../kit/refusal.ts';
import {isMissing} from '../../kit/system-error.ts';
import {effectiveSettings, type Settings, type WrittenSettings} from './effective.ts';
import {type ServerSettings, serverSettingsFile} from './model.ts';
import {readOrganization} from './organization.ts';
import {parseSettings} from './parse.ts';

export const settingsFile = (stateDir: string): string => join(stateDir, 'settings.yaml');

/** The text of the server's own file; '' where there is none. @throws Refusal SETTINGS.UNREADABLE */
export const serverSettingsText = async (stateDir: string): Promise<string> => {
  const file = settingsFile(stateDir);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return '';
    throw new Refusal('SETTINGS.UNREADABLE', `${file} cannot be read`, {where: {file}, cause});
  }
};

export const parseServerSettings = (file: string, text: string): ServerSettings =>
  parseSettings({file, text}, serverSettingsFile, 'SETTINGS.INVALID');

/** Both files as they are written. @throws Refusal SETTINGS.INVALID, SETTINGS.UNREADABLE */
export const readWrittenSettings = async (stateDir: string): Promise<WrittenSettings> => {
  const server = parseServerSettings(settingsFile(stateDir), await serverSettingsText(stateDir));
  const {settings: organization, source} = await readOrganization(server.organization?.file, stateDir);
  return {server, organization, source};
};

/**
 * What an organisation and this server say about changes. No file means: no window, no approvals, so that each apply says
 * --now; an agent observes.
 * @throws Refusal SETTINGS.INVALID with file, line and reason; SETTINGS.UNREADABLE
 */
export const readSettings = async (stateDir: string): Promise<Settings> =>
  effectiveSettings(await readWrittenSettings(stateDir));
