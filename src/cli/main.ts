#!/usr/bin/env node
import {enableCompileCache} from 'node:module';
import {basename, join} from 'node:path';
import {isPacked} from '../kit/packed.ts';
import {version} from '../kit/version.ts';

/*
 * The program. What is asked most often by scripts, the version, must cost no more than the start of Node.js itself, so
 * everything else is loaded behind it.
 */

const argv = process.argv.slice(2);
/** A reader that goes away (`stopgap show plan.json | head`) and a terminal that is closed are no fault of ours. */
const goneCodes: readonly unknown[] = ['EPIPE', 'EIO'];

/** What cannot be told to anybody must not end the process in the middle of a change: it shows in the exit code. */
const outlive = (output: NodeJS.WriteStream): void => {
  let lost: NodeJS.ErrnoException | undefined;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (lost || goneCodes.includes(error.code)) return;
    lost = error;
    process.once('exit', () => {
      process.exitCode ||= 1;
      process.stderr.write(`Not all of the output could be written: ${error.message}\n`);
    });
  });
};

outlive(process.stdout);

const run = async (): Promise<void> => {
  outlive(process.stderr);
  // The release keeps compiled code in its own folder, which only administrators can write; the usual place, the shared
  // temporary folder, would let anybody plant code that an administrator runs. Where it cannot be written, it is done without.
  const fromFolder = !isPacked && basename(import.meta.dirname) === 'dist';
  if (fromFolder) enableCompileCache(join(import.meta.dirname, 'compiled'));
  if (process.platform === 'win32') {
    const [{useFolderGuard}, {accessGuard}] = await Promise.all([
      import('../kit/folder-guard.ts'),
      import('../server/windows/folder-guard.ts'),
    ]);
    useFolderGuard(accessGuard);
  }
  const {runCli} = await import('./run-cli.ts');
  // Not process.exit(): it would cut off what a pipe has not taken yet.
  process.exitCode = await runCli(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    cwd: process.cwd(),
    env: process.env,
  });
};

// No await out here: the single executable is a classic script, which knows none.
if (argv.length === 1 && argv[0] === '--version') process.stdout.write(`${version}\n`);
else void run();
