import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {bundle} from '../tools/build/bundle.ts';
import {benchLargePlan} from './large-plan.ts';
import {benchLogs} from './logs.ts';
import {sizeRows, verifyRows} from './trust.ts';

/*
 * How long a start takes, as a multiple of an empty Node.js process on the same machine in the same minute: milliseconds
 * say more about the machine than about stopgap. Runs are interleaved, so that a busy second hits every row alike.
 */

const runs = Number(process.env['BENCH_RUNS'] ?? 21);
const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/stopgap.mjs');
const realTree = join(root, '../shared/real/exchange2019');

interface Row {
  readonly name: string;
  readonly args: readonly string[];
  readonly times: number[];
}

const row = (name: string, ...args: readonly string[]): Row => ({name, args, times: []});

const timed = ({args}: Row): number =>
  clocked(() => void execFileSync(process.execPath, args, {stdio: 'ignore', cwd: root}));

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** A row for planning M1 on the configuration of a real server, or the reason why there is none. */
const planRow = (folder: string): Row | string => {
  if (!existsSync(realTree)) return `no real Exchange 2019 tree at ${realTree}`;
  const sandbox = join(folder, 'exchange2019');
  const created = spawnSync(process.execPath, [program, 'sandbox', 'create', sandbox, '--from', realTree], {
    encoding: 'utf8',
  });
  if (created.status !== 0) return `sandbox create: ${firstLine(created.stderr)}`;
  const args = [program, 'plan', 'M1', '--server', `sandbox:${sandbox}`];
  const planned = spawnSync(process.execPath, args, {encoding: 'utf8'});
  return planned.status === 0
    ? row('stopgap plan M1, real Exchange 2019', ...args)
    : `plan: ${firstLine(planned.stderr)}`;
};

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** The genuine feed against xmlsec1, both with the start of their process, and larger feeds in process. */
const benchTrust = (): void => {
  const rows = verifyRows(program);
  if (typeof rows === 'string') console.log(`SKIPPED feed verify: ${rows}`);
  else {
    const times = rows.map((): number[] => []);
    for (const {run} of rows) run();
    for (let count = 0; count < runs; count++) {
      for (const [index, {run}] of rows.entries()) times[index]?.push(clocked(run));
    }
    for (const [index, {name}] of rows.entries()) printRow(name, times[index] ?? [], median(times[0] ?? []));
  }
  for (const {name, kibibytes, ms} of sizeRows()) {
    console.log(
      `verify ${name}, in process`.padEnd(38),
      `${ms.toFixed(0).padStart(6)} ms  ${(ms / kibibytes).toFixed(2).padStart(6)} ms per KiB`,
    );
  }
};

const clocked = (work: () => void): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
};

const printRow = (name: string, times: readonly number[], base: number): void => {
  const ratio = median(times) / base;
  console.log(`${name.padEnd(38)} ${median(times).toFixed(0).padStart(6)} ms  ${ratio.toFixed(2).padStart(6)} x`);
};

const folder = mkdtempSync(join(tmpdir(), 'stopgap-bench-'));
try {
  await bundle();
  const plan = planRow(folder);
  const base = row('node -e 0', '-e', '0');
  const rows = [base, row('stopgap --version', program, '--version'), row('stopgap --help', program, '--help')];
  if (typeof plan === 'string') console.log(`SKIPPED stopgap plan M1: ${plan}`);
  else rows.push(plan);
  for (const one of rows) timed(one);
  for (let count = 0; count < runs; count++) for (const one of rows) one.times.push(timed(one));
  console.log(`Node.js ${process.version}, median of ${runs} interleaved runs each`);
  for (const {name, times} of rows) printRow(name, times, median(base.times));
  benchTrust();
  benchLargePlan();
} finally {
  rmSync(folder, {recursive: true, force: true});
}

// A log of 1 GiB takes about a minute and a half with all that reads it.
if (process.env['BENCH_LOGS'] !== '0') {
  console.log('');
  await benchLogs(Number(process.env['BENCH_LINES'] ?? 8_000_000), Number(process.env['BENCH_ROUNDS'] ?? 3));
}
