import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/* A simulated program that takes its time, so that it outlives the one who started it: `slow-program.ts appcmd|sc ...`. */

const [name = '', ...args] = process.argv.slice(2);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
const program = fileURLToPath(new URL(`../../src/server/sandbox/bin/${name}.ts`, import.meta.url));
const {status} = spawnSync(process.execPath, [program, ...args], {stdio: 'inherit'});
process.exitCode = status ?? 1;
