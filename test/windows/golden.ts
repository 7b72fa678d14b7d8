import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Plan} from '../../src/plan/model.ts';
import {type Files, normalise, treeDiff} from '../golden/golden-case.ts';
import type {Wine} from './wine.ts';

/*
 * What a run under Windows left behind, in the form of the golden cases that the sandbox is held to on Linux. Each
 * difference between the two has its line here.
 */

const golden = join(import.meta.dirname, '../golden');

type Json = Readonly<Record<string, unknown>>;

/** A file of a golden case, without what the other system says otherwise. */
export const expectedOf = (name: string, file: string): string =>
  readFileSync(join(golden, name, 'expected', file), 'utf8');

const planOf = (text: string): Plan => JSON.parse(text);

/** Here the build is read from ExSetup.exe, there from server.json; the machine has its own name. */
const comparablePlan = ({body, meta, ...rest}: Plan): Json => ({
  ...rest,
  body: {...body, server: {...body.server, buildSource: '<source>'}},
  meta: {...meta, hostName: '<host>', server: '<server>'},
});

export const plansAlike = (made: string, name: string): {readonly made: Json; readonly expected: Json} => {
  const plan = planOf(made);
  return {
    made: comparablePlan(planOf(normalise(made, plan))),
    expected: comparablePlan(planOf(expectedOf(name, 'plan.json'))),
  };
};

const linesOf = (journal: string): readonly Json[] =>
  journal
    .trimEnd()
    .split('\n')
    .map((line): Json => JSON.parse(line));

/** applicationHost.config has other ports here, so its digest and its size are others. */
const isHostConfig = (file: unknown): boolean =>
  typeof file === 'object' && file !== null && 'path' in file && /applicationHost\.config$/i.test(String(file.path));

/** Services count and promise for themselves while they stop; a blank behind a name tells older builds of Windows. */
const comparableOutput = (stdout: string): string =>
  stdout
    .replace(/^(\s+(?:CHECKPOINT|WAIT_HINT)\s+: ).*$/gm, '$1<number>')
    .replace(/^(SERVICE_NAME: \S+) \r$/gm, '$1\r');

const comparableLine = ({
  seq: _,
  prev: __,
  sum: ___,
  at: ____,
  plan: _____,
  durationMs: ______,
  ...line
}: Json): Json => {
  const files = Array.isArray(line['files'])
    ? {files: line['files'].map((file) => (isHostConfig(file) ? {...file, sha256: '<digest>'} : file))}
    : {};
  const own = isHostConfig(line) ? {sha256: '<digest>', size: '<size>'} : {};
  // The account, the machine and, as a process, the program that was started.
  const who = line['type'] === 'run.started' ? {by: '<account>', host: '<host>'} : {};
  const output = typeof line['stdout'] === 'string' ? {stdout: comparableOutput(line['stdout'])} : {};
  return {...line, ...files, ...own, ...who, ...output};
};

/** Only a program that is a process says that it was started. */
const comparableJournal = (journal: string): readonly Json[] =>
  linesOf(journal)
    .filter(({type}) => type !== 'command.started')
    .map(comparableLine);

export const journalsAlike = (
  made: string,
  {plan, name}: {readonly plan: string; readonly name: string},
): {readonly made: readonly Json[]; readonly expected: readonly Json[]} => ({
  made: comparableJournal(normalise(made, planOf(plan))),
  expected: comparableJournal(expectedOf(name, 'journal.jsonl')),
});

/** Paths that a golden case's after.diff speaks of. */
export const changedPaths = (name: string): readonly string[] =>
  [...expectedOf(name, 'after.diff').matchAll(/^--- (.*?)\t?$/gm)].map(([, path = '']) => path);

export const readFiles = (wine: Wine, paths: readonly string[]): Files =>
  new Map(paths.map((path) => [path, readFileSync(wine.hostPath(`C:\\${path.replaceAll('/', '\\')}`), 'utf8')]));

export const diffOf = (before: Files, after: Files): string => treeDiff(before, after);
