import {closeSync, openSync, readdirSync, readSync, statSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {reasonOf} from '../../kit/file-refusal.ts';
import {Refusal} from '../../kit/refusal.ts';
import {type LogFields, parseFields} from '../../rewrite/logs/fields.ts';

/** A log file, or standard input. */
export type LogFile =
  | {readonly kind: 'plain' | 'gzip'; readonly path: string; readonly bytes: number}
  | {readonly kind: 'stdin'};

export interface FoundLogs {
  readonly files: readonly LogFile[];
  /** Files that were left out, with the reason. */
  readonly skipped: readonly {readonly path: string; readonly why: string}[];
}

const isLog = (path: string): boolean => /\.log(?:\.gz)?$/i.test(path);

export const nameTheFolder = {
  label: 'Name the folder of the site',
  command: 'stopgap impact PLAN --logs C:\\inetpub\\logs\\LogFiles\\W3SVC1',
};

const unreadable = (path: string, cause: unknown): Refusal =>
  new Refusal('IMPACT.LOGS_NOT_FOUND', `${path} cannot be read: ${reasonOf(cause)}`, {
    where: {file: path},
    next: [nameTheFolder],
    cause,
  });

const filesBelow = (path: string): readonly string[] => {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, {recursive: true, encoding: 'utf8'})
      .filter(isLog)
      .map((name) => join(path, name))
      .filter((file) => statSync(file).isFile())
      .toSorted();
  } catch (cause) {
    throw unreadable(path, cause);
  }
};

/** IIS keeps the logs of a site in a folder of its number, `W3SVC1`; `undefined`: the folder does not say. */
const siteNumberOf = (path: string): string | undefined => /^W3SVC(\d+)$/i.exec(basename(dirname(path)))?.[1];

/** Every log file that the arguments name, those of other sites left out. @throws Refusal IMPACT.LOGS_NOT_FOUND */
export const findLogs = (paths: readonly string[], siteNumber: string | undefined): FoundLogs => {
  const files: LogFile[] = [];
  const skipped: {path: string; why: string}[] = [];
  for (const path of paths) {
    if (path === '-') {
      files.push({kind: 'stdin'});
      continue;
    }
    for (const file of filesBelow(path)) {
      const number = siteNumberOf(file);
      // A file that is named outright is meant.
      if (file !== path && number !== undefined && siteNumber !== undefined && number !== siteNumber)
        skipped.push({path: file, why: `it is of site ${number}`});
      else files.push({kind: /\.gz$/i.test(file) ? 'gzip' : 'plain', path: file, bytes: statSync(file).size});
    }
  }
  if (files.length > 0) return {files, skipped};
  throw new Refusal('IMPACT.LOGS_NOT_FOUND', `there is no *.log or *.log.gz of this site in ${paths.join(', ')}`, {
    next: [nameTheFolder],
  });
};

const headBytes = 65_536;

/** The first list of fields of a file; `undefined`: it does not begin with one. */
export const firstFields = (path: string): LogFields | undefined => {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(headBytes);
    const text = head.toString('utf8', 0, readSync(file, head, 0, headBytes, 0));
    const line = text.split('\n').find((one) => /^\uFEFF?#Fields:/i.test(one));
    return line === undefined ? undefined : parseFields(line.replace(/^\uFEFF/, '').trimEnd());
  } finally {
    closeSync(file);
  }
};

/** The beginning of the first line at or behind an offset; the size where there is none. */
export const lineAt = (path: string, offset: number, size: number): number => {
  if (offset <= 0) return 0;
  const file = openSync(path, 'r');
  try {
    const block = Buffer.alloc(headBytes);
    for (let at = offset - 1; at < size; at += headBytes) {
      const read = readSync(file, block, 0, headBytes, at);
      const newline = block.subarray(0, read).indexOf(0x0a);
      if (newline >= 0) return at + newline + 1;
      if (read === 0) break;
    }
    return size;
  } finally {
    closeSync(file);
  }
};
