#!/usr/bin/env node
import {version} from '../kit/version.ts';

/*
 * The program. What is asked most often by scripts, the version, must cost no more than the start of Node.js itself, so
 * everything else is loaded behind it.
 */

const argv = process.argv.slice(2);
// A reader that goes away (`stopgap show plan.json | head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

if (argv.length === 1 && argv[0] === '--version') {
  process.stdout.write(`${version}\n`);
} else {
  const {runCli} = await import('./run-cli.ts');
  // Not process.exit(): it would cut off what a pipe has not taken yet.
  process.exitCode = await runCli(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    cwd: process.cwd(),
    env: process.env,
  });
}
