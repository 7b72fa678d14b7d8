import {appendFile, mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';

/** Text files of which each holds one day (UTC), `<prefix>20261122.log`, and of which the old ones go by themselves. */
export interface DailyFiles {
  /** Appends a line to the file of the day; rejects as the file system does where that is full or the file is locked. */
  append(at: string, line: string): Promise<void>;
}

export interface DailyFilesOptions {
  readonly folder: string;
  readonly prefix: string;
  readonly suffix: string;
  /** This many days are kept, today's included. */
  readonly keepDays: number;
  /** Lines that begin each file. */
  readonly head?: (at: string) => string;
}

const dayMs = 86_400_000;
const dayOf = (at: string): string => at.slice(0, 10).replaceAll('-', '');

export const dailyFiles = ({folder, prefix, suffix, keepDays, head}: DailyFilesOptions): DailyFiles => {
  let swept = '';
  const pathOf = (day: string) => join(folder, `${prefix}${day}${suffix}`);
  const sweep = async (at: string): Promise<void> => {
    const first = dayOf(new Date(new Date(at).getTime() - (keepDays - 1) * dayMs).toISOString());
    for (const name of await readdir(folder)) {
      const day = name.startsWith(prefix) && name.endsWith(suffix) ? name.slice(prefix.length, -suffix.length) : '';
      if (/^\d{8}$/.test(day) && day < first) await rm(join(folder, name), {force: true});
    }
  };
  const begin = async (at: string): Promise<void> => {
    const file = pathOf(dayOf(at));
    // `ax`: whoever makes the file writes its head, and nobody twice.
    await appendFile(file, head?.(at) ?? '', {flag: 'ax', mode: 0o600}).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  };
  return {
    append: async (at, line) => {
      const day = dayOf(at);
      if (swept !== day) {
        await mkdir(folder, {recursive: true, mode: 0o700});
        await begin(at);
      }
      await appendFile(pathOf(day), `${line}\n`, {mode: 0o600});
      if (swept === day) return;
      swept = day;
      await sweep(at);
    },
  };
};
