import {open, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../../kit/durable-file.ts';
import {reasonOf} from '../../kit/file-refusal.ts';
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

const mostBytes = 1024 * 1024;

const readSmall = async (file: string): Promise<string> => {
  const handle = await open(file, 'r');
  try {
    const {size} = await handle.stat();
    if (size > mostBytes) throw new Error(`it has ${size} bytes, and settings have at most ${mostBytes}`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
};

const underWay = new Map<string, Promise<string>>();

/** A read that a share never answers keeps a thread of this process for good, so there is only one of them at a time. */
const readOnce = (file: string): Promise<string> => {
  const already = underWay.get(file);
  if (already !== undefined) return already;
  const reading = readSmall(file).finally(() => underWay.delete(file));
  underWay.set(file, reading);
  return reading;
};

const parse = (file: string, text: string): OrganizationSettings =>
  parseSettings({file, text}, organizationSettingsFile, 'SETTINGS.ORGANIZATION_INVALID');

interface Read {
  readonly settings: OrganizationSettings;
  readonly text: string;
}

/** The file as it is. @throws Refusal SETTINGS.ORGANIZATION_UNREADABLE */
export const organizationFileText = async (file: string): Promise<string> => {
  let text: string;
  try {
    text = await inTime(readOnce(file));
  } catch (cause) {
    throw new Refusal('SETTINGS.ORGANIZATION_UNREADABLE', `${file} cannot be read: ${reasonOf(cause)}`, {
      where: {file},
      cause,
    });
  }
  return text;
};

/** The file itself. @throws Refusal SETTINGS.ORGANIZATION_UNREADABLE, SETTINGS.ORGANIZATION_INVALID */
export const readOrganizationFile = async (file: string): Promise<Read> => {
  const text = await organizationFileText(file);
  if (text.trim() !== '') return {settings: parse(file, text), text};
  // Who writes a file empties it first: in that moment it would enable everything that it forbids.
  throw new Refusal('SETTINGS.ORGANIZATION_INVALID', `${file} is empty; an organisation that says nothing writes {}`, {
    where: {file},
  });
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

/** The text that counts, from the file or from the copy; '' where none is named. */
export const organizationText = async (source: OrganizationSource, stateDir: string): Promise<string> => {
  switch (source.is) {
    case 'none':
      return '';
    case 'read':
      return (await readOrganizationFile(source.file)).text;
    case 'cached':
      return readFile(organizationCache(stateDir), 'utf8');
    case 'missing':
      // What counts then; see effective.ts.
      return 'mitigationsEnabled: false\n';
  }
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
