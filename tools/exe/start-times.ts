import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {targets} from './targets.ts';

const runs = 7;
const wine = '/usr/lib/wine/wine64';

/** A command line that starts a Windows program here, or nothing where it cannot be started. */
const startOf = (file: string): readonly string[] | undefined => {
  if (!file.endsWith('.exe') || process.platform === 'win32') return [file];
  return existsSync(wine) && process.env['WINEPREFIX'] !== undefined ? [wine, file] : undefined;
};

const clocked = ([file = '', ...args]: readonly string[]): number => {
  const began = performance.now();
  // No pipe: a Windows program under Wine cannot write into one of Linux.
  const {status} = spawnSync(file, args, {stdio: 'ignore'});
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export interface StartTimes {
  /** Medians, in milliseconds. */
  readonly program: number;
  readonly node: number;
}

/** How long `--version` takes, and an empty Node.js of the same platform; turn by turn, so that a busy second hits both. */
export const measureStart = (file: string, node: string): StartTimes | undefined => {
  const [program, empty] = [startOf(file), startOf(node)];
  if (program === undefined || empty === undefined) return undefined;
  const times = Array.from({length: runs}, () => ({
    program: clocked([...program, '--version']),
    node: clocked([...empty, '-e', '0']),
  }));
  return {program: median(times.map((time) => time.program)), node: median(times.map((time) => time.node))};
};

/** The same in words. */
export const startTimes = (file: string): string => {
  const node = targets.find((target) => file.endsWith(target.file))?.node ?? process.execPath;
  const measured = measureStart(file, node);
  if (measured === undefined) return 'its start cannot be measured here (npm run test:windows does it)';
  const {program, node: empty} = measured;
  return `starts in ${program.toFixed(0)} ms, an empty Node.js in ${empty.toFixed(0)} ms (${(program / empty).toFixed(2)})`;
};
