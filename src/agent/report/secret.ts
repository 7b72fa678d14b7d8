import {readFile} from 'node:fs/promises';
import {reasonOf} from '../../kit/file-refusal.ts';
import {folderGuard} from '../../kit/folder-guard.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {SecretSource} from '../../operations/settings/secret-source.ts';

/*
 * Read at every use, so that a password can be changed without a restart, and kept nowhere.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

const missing = (message: string, file?: string): Refusal =>
  new Refusal('SECRET.MISSING', message, {...(file !== undefined && {where: {file}})});

const close = (file: string): string =>
  process.platform === 'win32'
    ? `icacls "${file}" /setowner *S-1-5-32-544 && icacls "${file}" /reset && icacls "${file}" /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F`
    : `chmod 600 '${file}'`;

/** What keeps others out of folders tells of a file, too. */
const requireClosed = async (file: string): Promise<void> => {
  const others = await folderGuard().othersWithAccess(file);
  if (others.length === 0) return;
  throw new Refusal('SECRET.READABLE_BY_OTHERS', `${file} holds a secret and is open to ${others.join(' and ')}`, {
    where: {file},
    next: [{label: 'Close it', command: close(file)}],
  });
};

const readClosed = async (file: string): Promise<string> => {
  try {
    const text = await readFile(file, 'utf8');
    await requireClosed(file);
    return text;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw missing(`${file} cannot be read: ${reasonOf(error)}`, file);
  }
};

/** @throws Refusal SECRET.MISSING, SECRET.READABLE_BY_OTHERS; neither says anything of the secret */
export const readSecret = async (source: SecretSource, env: Environment): Promise<string> => {
  if ('env' in source) {
    const value = env[source.env] ?? '';
    if (value === '') throw missing(`the variable ${source.env} of the environment is not set`);
    return value;
  }
  const [first = ''] = (await readClosed(source.file)).replace(/^\uFEFF/, '').split(/\r?\n/);
  if (first === '') throw missing(`the first line of ${source.file} is empty`, source.file);
  return first;
};
