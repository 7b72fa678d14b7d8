import {readdir, readFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {reasonOf} from '../kit/file-refusal.ts';
import {Refusal} from '../kit/refusal.ts';
import {isMissing} from '../kit/system-error.ts';

/** A trust profile as it lies on disk: its text and the PEM files beside it, which it may name. */
export interface ProfileFiles {
  readonly file: string;
  readonly text: string;
  readonly pemFiles: Readonly<Record<string, string>>;
}

const mostPemBytes = 256 * 1024;

const pemFilesOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const names = (await readdir(folder)).filter((name) => /\.(?:pem|crt|cer)$/i.test(name) && !/key/i.test(name));
  const texts = await Promise.all(
    names.map(
      async (name) => [basename(name), (await readFile(join(folder, name), 'utf8')).slice(0, mostPemBytes)] as const,
    ),
  );
  return Object.fromEntries(texts);
};

/** @throws Refusal TRUST_PROFILE.UNREADABLE */
export const readProfileFiles = async (path: string): Promise<ProfileFiles> => {
  try {
    return {file: path, text: await readFile(path, 'utf8'), pemFiles: await pemFilesOf(dirname(path))};
  } catch (cause) {
    throw new Refusal('TRUST_PROFILE.UNREADABLE', `The trust profile ${path} cannot be read: ${reasonOf(cause)}`, {
      where: {file: path},
      cause,
    });
  }
};

/** The `*.yaml` of a folder in order of name; none where there is no such folder. */
export const listProfiles = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder))
      .filter((name) => /\.ya?ml$/i.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};
