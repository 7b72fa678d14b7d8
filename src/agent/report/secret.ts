import {readFile, stat} from 'node:fs/promises';
import {Refusal} from '../../kit/refusal.ts';
import type {SecretSource} from '../../operations/settings/secret-source.ts';

/*
 * Read at every use, so that a password can be changed without a restart, and kept nowhere.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

const missing = (message: string, file?: string): Refusal =>
  new Refusal('SECRET.MISSING', message, {...(file !== undefined && {where: {file}})});

/** @throws Refusal SECRET.MISSING, SECRET.READABLE_BY_OTHERS; neither says anything of the secret */
export const readSecret = async (source: SecretSource, env: Environment): Promise<string> => {
  if ('env' in source) {
    const value = env[source.env] ?? '';
    if (value === '') throw missing(`the variable ${source.env} of the environment is not set`);
    return value;
  }
  const {file} = source;
  let text: string;
  try {
    // The mode says nothing on Windows, where the access list of the folder decides.
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      throw new Refusal('SECRET.READABLE_BY_OTHERS', `${file} holds a secret and others can read it`, {
        where: {file},
        next: [{label: 'Close it', command: `chmod 600 '${file}'`}],
      });
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw missing(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, file);
  }
  const [first = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (first === '') throw missing(`the first line of ${file} is empty`, file);
  return first;
};
