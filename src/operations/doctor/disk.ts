import {existsSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {dirname} from 'node:path';
import {bad, type Diagnosis, good, warn} from './diagnosis.ts';
import {question} from './question.ts';

const megabyte = 1024 * 1024;
/** A run keeps every touched file and its journal; logs of thirty days lie there too. */
const [tooLittle, little] = [100 * megabyte, 1024 * megabyte];

export const judgeDisk = ({folder, free}: {readonly folder: string; readonly free: number}): Diagnosis => {
  const seen = `${Math.floor(free / megabyte)} MB free for ${folder}`;
  const clear = {label: 'Make room on that drive: a change is refused where its way back cannot be kept'};
  if (free < tooLittle) return bad(seen, clear);
  return free < little ? warn(seen, clear) : good(seen);
};

/** The folder, or the nearest one above that is there. */
const nearest = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));

export const disk = question({
  ...{id: 'disk', title: 'Disk', of: 'server'},
  look: async ({stateDir}) => {
    const {bavail, bsize} = await statfs(nearest(stateDir));
    return {folder: stateDir, free: bavail * bsize};
  },
  judge: judgeDisk,
});
