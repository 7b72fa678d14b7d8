import {Refusal} from './refusal.ts';
import {systemCode} from './system-error.ts';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'access is denied',
  EPERM: 'the operation is not permitted',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'it exists already',
  EIO: 'the disk cannot be read or written',
  ELOOP: 'it is a link that leads to itself',
};

/** Who named a file knows nothing of the one beside it that durable-file.ts writes first. */
const asNamed = (path: string): string => path.replace(/\.\d+\.tmp$/, '');

const systemReason = (error: unknown): string | undefined => {
  const code = systemCode(error);
  return code !== undefined && Object.hasOwn(words, code) ? words[code] : undefined;
};

/** Why it did not work, in words: those for what the operating system says of a file, else the error's own. */
export const reasonOf = (error: unknown): string =>
  systemReason(error) ?? (error instanceof Error ? error.message : String(error));

/** For work that has changed nothing yet: what the operating system says of a file is an answer then. */
export const orFileRefusal = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw fileRefusal(error) ?? error;
  }
};

/** What the operating system said of a file as an answer; `undefined`: the error is of another kind. */
export const fileRefusal = (error: unknown): Refusal | undefined => {
  const reason = systemReason(error);
  if (reason === undefined || !(error instanceof Error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? asNamed(error.path) : 'a file';
  return new Refusal(`FILE.${systemCode(error)}`, `${path}: ${reason}`, {
    where: {file: path},
    next: [{label: 'Check the path and the rights, then try again'}],
    cause: error,
  });
};
