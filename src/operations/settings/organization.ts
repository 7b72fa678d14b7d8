import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../../kit/durable-file.ts';
import {isRefusal, Refusal} from '../../kit/refusal.ts';
import type {OrganizationSource} from './effective.ts';
import {type OrganizationSettings, organizationSettingsFile, type ServerSettings} from './model.ts';
import {parseSettings} from './parse.ts';

/*
 * The organisation's settings may lie on a share, and a share may be away: the copy that was read last, in the state
 * folder, counts until it is back.
 */

export const organizationCache = (stateDir: string): string => join(stateDir, 'organization-settings.yaml');

/** A share that does not answer keeps a request for minutes. */
const patienceMs = 10_000;

const inTime = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} seconds`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const parse = (file: string, text: string): OrganizationSettings =>
  parseSettings({file, text}, organizationSettingsFile, 'SETTINGS.ORGANIZATION_INVALID');

interface Read {
  readonly settings: OrganizationSettings;
  readonly text: string;
}

/** The file itself. @throws Refusal SETTINGS.ORGANIZATION_UNREADABLE, SETTINGS.ORGANIZATION_INVALID */
export const readOrganizationFile = async (file: string): Promise<Read> => {
  let text: string;
  try {
    text = await inTime(readFile(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal('SETTINGS.ORGANIZATION_UNREADABLE', `${file} cannot be read: ${why}`, {where: {file}, cause});
  }
  return {settings: parse(file, text), text};
};

/** What the organisation says, from its file or else from the copy. Writes nothing. */
export const readOrganization = async (
  file: string | undefined,
  stateDir: string,
): Promise<{readonly settings: OrganizationSettings; readonly source: OrganizationSource}> => {
  if (file === undefined) return {settings: {}, source: {is: 'none'}};
  try {
    return {settings: (await readOrganizationFile(file)).settings, source: {is: 'read', file}};
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return fromCache(file, stateDir, error.message);
  }
};

const fromCache = async (file: string, stateDir: string, why: string): ReturnType<typeof readOrganization> => {
  const cache = organizationCache(stateDir);
  try {
    const settings = parse(cache, await readFile(cache, 'utf8'));
    const since = (await stat(cache)).mtime.toISOString();
    return {settings, source: {is: 'cached', file, since, why}};
  } catch {
    return {settings: {}, source: {is: 'missing', file, why}};
  }
};

/** The text that counts, from the file or from the copy; '' where there is none. */
export const organizationText = async (source: OrganizationSource, stateDir: string): Promise<string> => {
  if (source.is === 'read') return (await readOrganizationFile(source.file)).text;
  return source.is === 'cached' ? readFile(organizationCache(stateDir), 'utf8') : '';
};

/** Keeps a copy for the time when the file is away. One that is faulty or away replaces nothing. */
export const keepOrganization = async (
  {organization}: Pick<ServerSettings, 'organization'>,
  stateDir: string,
): Promise<void> => {
  const file = organization?.file;
  if (file === undefined) return;
  try {
    await writeDurably(organizationCache(stateDir), (await readOrganizationFile(file)).text);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
};
