import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import {writeBlob} from './blob.ts';
import {checksums} from './checksums.ts';
import {writeLinuxExecutable} from './linux.ts';
import {packedFiles} from './packed-files.ts';
import {billOfMaterials} from './sbom.ts';
import {startScript} from './script.ts';
import {startTimes} from './start-times.ts';
import {type Target, targets} from './targets.ts';
import {windowsExecutable} from './windows.ts';

/*
 * The single executables: `npm run build:exe [-- windows|linux]`. What goes in is fixed by the lock files and the source;
 * nothing of this machine, no time and no path comes with it, so two builds of one commit are the same bytes.
 */

const about = {
  version: packageJson.version,
  description: 'stopgap: emergency mitigations of Exchange under change control',
  copyright: 'Copyright (c) 2026 The stopgap authors. MIT license.',
};

/** Fetches what the executables are made of, checked against the lock; another platform's Node.js needs --force. */
const fetchNode = (): void => {
  if (targets.every(({node, native}) => existsSync(node) && (native === undefined || existsSync(native)))) return;
  console.error('fetching Node.js for the executables');
  const args = ['ci', '--prefix', import.meta.dirname, '--force', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', args, {stdio: ['ignore', 'ignore', 'inherit']});
};

/** Builds one executable into `folder` and returns its path. */
export const buildExecutable = async (target: Target, folder: string): Promise<string> => {
  fetchNode();
  mkdirSync(folder, {recursive: true});
  const work = mkdtempSync(join(tmpdir(), 'stopgap-exe-'));
  try {
    const [script, packed] = await Promise.all([startScript(), packedFiles(target)]);
    const blob = writeBlob(work, {script, packed});
    const file = join(folder, target.file);
    if (target.name === 'windows') writeFileSync(file, windowsExecutable(readFileSync(target.node), blob, about));
    else await writeLinuxExecutable(file, target.node, blob);
    return file;
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
};

/** Builds the executables that are named, all of them without a name, with their checksums and what they are made of. */
const release = async (folder: string, names: readonly string[]): Promise<void> => {
  const chosen = targets.filter(({name}) => names.length === 0 || names.includes(name));
  if (chosen.length === 0 || chosen.length < names.length)
    throw new Error('usage: npm run build:exe [-- windows|linux]');
  const files: string[] = [];
  for (const target of chosen) files.push(await buildExecutable(target, folder));
  const bill = join(folder, 'stopgap.cdx.json');
  writeFileSync(bill, billOfMaterials());
  writeFileSync(join(folder, 'SHA256SUMS'), checksums([...files, bill]));
  for (const file of files) {
    console.log(`${basename(file)}: ${(readFileSync(file).length / 1e6).toFixed(1)} MB; ${startTimes(file)}`);
  }
  console.log(`in ${folder}, with SHA256SUMS and ${basename(bill)}; they are not signed`);
};

if (process.argv[1] === import.meta.filename)
  await release(join(import.meta.dirname, '../../dist-exe'), process.argv.slice(2));
