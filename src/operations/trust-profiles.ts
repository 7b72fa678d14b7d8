import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {listProfiles, readProfileFiles} from '../feed/profile-source.ts';
import {folderGuard} from '../kit/folder-guard.ts';
import {Refusal} from '../kit/refusal.ts';
import {builtInProfiles} from '../trust/profile/microsoft.ts';
import type {TrustProfile} from '../trust/profile/profile.ts';

export interface ProfileContext {
  /** Holds `trust/*.yaml`; undefined where no server is meant. */
  readonly stateDir: string | undefined;
  readonly cwd: string;
}

// The built-in profile needs no YAML.
const readFile = async (path: string): Promise<TrustProfile> => {
  const {readTrustProfile} = await import('../trust/profile/read-profile.ts');
  return readTrustProfile(await readProfileFiles(path));
};

/** Who can write into the state folder could name himself a publisher, so an open one is not used. */
const ownProfiles = async (stateDir: string): Promise<readonly TrustProfile[]> => {
  const files = await listProfiles(join(stateDir, 'trust'));
  if (files.length === 0) return [];
  const {requireClosed} = await import('../journal/state-folder.ts');
  await requireClosed(stateDir, folderGuard());
  return Promise.all(files.map(readFile));
};

/** The built-in profiles and those of the configuration folder, one name once. */
const knownProfiles = async (stateDir: string | undefined): Promise<readonly TrustProfile[]> => {
  const all = [...builtInProfiles, ...(stateDir === undefined ? [] : await ownProfiles(stateDir))];
  const twice = all.find(({name}, index) => all.findIndex((each) => each.name === name) !== index);
  if (!twice) return all;
  throw new Refusal('TRUST_PROFILE.NAME_TWICE', `Two trust profiles have the name "${twice.name}".`, {
    next: [{label: 'Rename one of them; the other keeps its memory of accepted feeds'}],
  });
};

/** What looks like a name is more often one that is not there than a file without an extension. */
const unknownProfile = (name: string, known: readonly TrustProfile[]): Refusal =>
  new Refusal('TRUST_PROFILE.UNREADABLE', `There is no trust profile "${name}", and no file of that name.`, {
    next: [
      {label: `Known here: ${known.map((each) => each.name).join(', ')}`},
      {label: 'Put its file into trust/ of the state folder, or name the file'},
    ],
  });

/**
 * Trust profiles by name or by file; none asked for: all that are known.
 * @throws Refusal TRUST_PROFILE.*, STATE.READABLE_BY_OTHERS
 */
export const loadTrustProfiles = async (
  asked: readonly string[],
  {stateDir, cwd}: ProfileContext,
): Promise<readonly TrustProfile[]> => {
  const known = await knownProfiles(stateDir);
  if (asked.length === 0) return known;
  return Promise.all(
    asked.map(async (each) => {
      const one = known.find(({name}) => name === each);
      if (!one && /^[\w-]+$/.test(each) && !existsSync(resolve(cwd, each))) throw unknownProfile(each, known);
      return one ?? readFile(resolve(cwd, each));
    }),
  );
};
