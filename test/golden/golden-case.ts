import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createTwoFilesPatch} from 'diff';
import * as z from 'zod';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {isRefusal} from '../../src/kit/refusal.ts';
import {readYaml} from '../../src/kit/yaml-source.ts';
import {loadCatalogueArgument} from '../../src/operations/catalogue.ts';
import {readState} from '../../src/operations/state.ts';
import type {Plan} from '../../src/plan/model.ts';
import {previewText} from '../../src/preview/text.ts';
import {buildFeed} from '../../src/publish/build-feed.ts';
import {signFeed} from '../../src/publish/sign-feed.ts';
import type {TestAuthority} from '../../src/publish/test-ca.ts';
import {makeTestAuthority} from '../../src/publish/test-ca.ts';
import {fixture, type Lab, type Machine, makeLab} from '../support/lab.ts';

/* One case of the whole pipeline: a server, what is planned on it, and everything that comes of it as texts. */

const goldenCase = z.strictObject({
  says: z.string(),
  /** A fixture server. */
  from: z.string(),
  /** Arguments of plan ... */
  plan: z.array(z.string()).default([]),
  /** ... or catalogue ids of which a signed feed is made, which is planned. */
  feed: z.array(z.string()).default([]),
  /** Text to insert into a file of the server beforehand. */
  insert: z.strictObject({file: z.string(), before: z.string(), text: z.string()}).optional(),
  exact: z.boolean().default(false),
});

export type GoldenCase = z.output<typeof goldenCase>;

export const readGoldenCase = async (folder: string): Promise<GoldenCase> => {
  const file = join(folder, 'case.yaml');
  return readYaml({file, text: await readFile(file, 'utf8')}, goldenCase, 'GOLDEN.INVALID');
};

const serverOf = async ({from, insert}: GoldenCase): Promise<Lab> => {
  const lab = await makeLab(fixture(from));
  if (insert) {
    const text = await lab.read(insert.file);
    const at = text.lastIndexOf(insert.before);
    await lab.write(insert.file, text.slice(0, at) + insert.text.replaceAll('\n', '\r\n') + text.slice(at));
  }
  return lab;
};

/** A feed that nobody but this case trusts; its keys live as long as the case. */
const makeFeed = async (lab: Lab, ids: readonly string[]): Promise<{feed: string; profile: string}> => {
  const now = lab.server.clock.now();
  const authority: TestAuthority = makeTestAuthority({now, days: 30, name: 'golden'});
  const folder = join(lab.dir, '.stopgap', 'publisher');
  await mkdir(folder, {recursive: true});
  for (const [name, content] of Object.entries(authority)) await writeFile(join(folder, name), content);
  const sources = await Promise.all(ids.map((id) => loadCatalogueArgument(id, folder)));
  const mitigations = sources.flatMap((source) => source.mitigations);
  const xml = buildFeed(mitigations, {version: '1.0.4', serial: 1, issued: now, expires: undefined});
  const signed = signFeed(xml, {keyPem: authority['signer.key.pem'], certificateChainPem: authority['signer.pem']});
  await writeFile(join(folder, 'feed.xml'), signed);
  return {feed: join(folder, 'feed.xml'), profile: join(folder, 'profile.yaml')};
};

/** What differs from machine to machine and from day to day has a name instead. */
export const normalise = (text: string, plan: Plan): string => {
  const names: readonly (readonly [string, string])[] = [
    [plan.planId, '<planId>'],
    [plan.planId.slice(0, 12), '<planId>'],
    ...plan.body.sources.flatMap(({digest, name}): [string, string][] => [
      [digest, `<digest of ${name}>`],
      [digest.slice(0, 12), `<digest of ${name}>`],
    ]),
    [plan.meta.plannedAt, '<time>'],
    [plan.meta.stopgap, '<version>'],
  ];
  return names.reduce((result, [value, name]) => result.replaceAll(value, name), text);
};

export type Files = ReadonlyMap<string, string>;

const filesOf = async (lab: Lab): Promise<Files> => {
  const paths = Object.keys(await lab.tree());
  return new Map(await Promise.all(paths.map(async (path) => [path, await lab.read(`C:/${path}`)] as const)));
};

/** Carriage returns stand as text: a file that lost them would differ in every line. */
const visible = (text: string): string => text.replaceAll('\r', '\\r');

export const treeDiff = (before: Files, after: Files): string =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => createTwoFilesPatch(path, path, visible(before.get(path) ?? ''), visible(after.get(path) ?? '')))
    .join('\n');

const machineLines = ({services, pools}: Machine): readonly string[] => [
  ...Object.entries(services).map(([name, {state, startType}]) => `service ${name}: ${state}, ${startType}`),
  ...Object.entries(pools).map(([name, {state}]) => `application pool ${name}: ${state}`),
];

const machineDiff = (before: Machine, after: Machine): string => {
  const [old, now] = [machineLines(before), machineLines(after)];
  const gone = old.filter((line) => !now.includes(line)).map((line) => `- ${line}\n`);
  return [...gone, ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}\n`)].join('');
};

/** The journal without what is of one moment: times, hashes of lines, durations, and the plan, which has its own file. */
const journalOf = async (lab: Lab, runId: string): Promise<string> => {
  const text = await readFile(join(lab.stateDir, 'runs', runId, 'journal.jsonl'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  return lines.map(({prev, sum, at, plan, durationMs, ...rest}) => `${JSON.stringify(rest)}\n`).join('');
};

const refusal = (error: unknown): {readonly did: 'refused'; readonly text: string} => {
  if (!isRefusal(error)) throw error;
  return {did: 'refused', text: `exit code ${error.exitCode}, ${error.code}\n${error.message}\n`};
};

/** Everything that comes of the case, by the name of the file that holds what is expected. */
export const runGoldenCase = async (description: GoldenCase): Promise<ReadonlyMap<string, string>> => {
  const lab = await serverOf(description);
  const before = {files: await filesOf(lab), machine: lab.machine()};
  const made = description.feed.length > 0 ? await makeFeed(lab, description.feed) : undefined;
  const profiles = made ? [made.profile] : [];
  const plan = await lab.plan(made ? [made.feed] : description.plan, {profiles, evenIfRefused: true});
  // Lines are broken by their length, so what is shown must not depend on where the sandbox lies.
  const shown = {...plan, meta: {...plan.meta, server: 'sandbox:lab'}};
  const files = new Map([
    ['plan.json', canonicalJson(shown)],
    ['preview.txt', previewText(shown, {colour: false, width: 110, planFile: 'plan.json'})],
  ]);
  const end = await lab.apply(plan, {profiles}).catch(refusal);
  if (end.did === 'refused') files.set('apply.txt', end.text);
  else if (end.did === 'nothing') files.set('apply.txt', `${end.why}\n`);
  else {
    const after = {files: await filesOf(lab), machine: lab.machine()};
    files.set('after.diff', treeDiff(before.files, after.files) + machineDiff(before.machine, after.machine));
    files.set('journal.jsonl', await journalOf(lab, end.result.runId));
    files.set('rollback.txt', await rolledBack(lab, description, before));
  }
  return new Map([...files].map(([name, text]) => [name, normalise(text, plan)]));
};

const rolledBack = async (lab: Lab, {exact}: GoldenCase, before: {files: Files; machine: Machine}): Promise<string> => {
  const {plan, result} = await lab.rollBack({all: true, exact});
  const {state} = await readState(lab.stateDir);
  const differs = treeDiff(before.files, await filesOf(lab)) + machineDiff(before.machine, lab.machine());
  return [
    `rollback${exact ? ' --exact' : ''}: exit code ${result.exitCode}`,
    ...plan.body.steps.map(({id, label}, index) => `  ${index + 1} ${id}: ${label}`),
    ...plan.body.findings.map(({code, severity, message}) => `  ${severity} ${code}: ${message}`),
    `active afterwards: ${[...state.mitigations.keys()].join(', ') || 'nothing'}`,
    differs === '' ? 'every byte, service and pool is as it was' : `left behind:\n${differs}`,
    '',
  ].join('\n');
};

/** What the folder expects, by file name. */
export const expectedOf = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const expected = join(folder, 'expected');
  const names = await readdir(expected).catch(() => []);
  return new Map(
    await Promise.all(
      names.toSorted().map(async (name) => [name, await readFile(join(expected, name), 'utf8')] as const),
    ),
  );
};
