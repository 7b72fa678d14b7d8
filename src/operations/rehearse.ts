import {type ConfigFile, isFault, parseConfigFile} from '../iis/config-file.ts';
import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import {readTopology} from '../iis/read-topology.ts';
import {encodeText} from '../iis/text/decode.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import type {PlanOptions} from '../plan/options.ts';
import {Prediction} from '../plan/predict.ts';
import {sameButForShells, sameMeaning} from '../plan/same-meaning.ts';
import {planScratchCopy, type ScratchCopy} from '../plan/scratch-copy.ts';
import {documentDiff, unifiedDiff} from '../plan/unified-diff.ts';
import {type Capabilities, rememberCapabilities, rememberedCapabilities} from '../rehearsal/capabilities.ts';
import {probeCapabilities} from '../rehearsal/probe.ts';
import {type Compared, type CopyReader, type Expectation, rehearse} from '../rehearsal/rehearse.ts';
import {configPathsOf, passed, type RehearsalReport} from '../rehearsal/verdict.ts';
import type {RehearsalServer, ScratchFolder} from '../server/scratch.ts';
import {planForServer} from './plan-for-server.ts';
import type {LoadedSource} from './sources.ts';
import {openState} from './state.ts';

export interface RehearseRequest {
  readonly sources: readonly LoadedSource[];
  readonly options: PlanOptions;
  readonly stateDir: string;
  readonly now: Date;
  /** For tests of what a wrong prediction leads to. */
  readonly predicted?: (file: ConfigFile) => ConfigFile;
}

export interface Rehearsed {
  /** The plan in the form that was found to work. */
  readonly plan: Plan;
  readonly report: RehearsalReport;
  /** What was tried first and did not work; `undefined`: nothing was. */
  readonly failed: RehearsalReport | undefined;
  readonly capabilities: Capabilities;
}

/** The form in which this appcmd is known to take commands; nothing is run to find out. */
export const rememberedForm = async (
  server: Pick<RehearsalServer, 'appcmdVersion'>,
  stateDir: string,
): Promise<Pick<PlanOptions, 'commands'>> => {
  const {editsSeeEarlierAdds} = await rememberedCapabilities(stateDir, await server.appcmdVersion());
  return editsSeeEarlierAdds === false ? {commands: 'stepwise'} : {};
};

/**
 * Plans and tries the plan's edits and their undo on scratch copies. Where several edits in one command do not work here,
 * plans the stepwise form and tries that. What was learnt of appcmd is remembered.
 * @throws Refusal REHEARSAL.DIFFERENT, REHEARSAL.PRODUCTION_TOUCHED
 */
export const rehearsePlan = async (server: RehearsalServer, request: RehearseRequest): Promise<Rehearsed> => {
  await openState(request.stateDir);
  const version = await server.appcmdVersion();
  const known = await rememberedCapabilities(request.stateDir, version);
  const capabilities =
    known.editsSeeEarlierAdds === null ? await onScratch(server, (scratch) => probe(server, scratch)) : known;
  await rememberCapabilities(request.stateDir, version, capabilities);
  const first = await tryForm(server, request, request.options);
  if (passed(first.report) || request.options.commands === 'stepwise')
    return decided({...first, failed: undefined, capabilities});
  const second = await tryForm(server, request, {...request.options, commands: 'stepwise'});
  if (!passed(second.report)) return decided({...first, failed: second.report, capabilities});
  const learnt = {...capabilities, editsSeeEarlierAdds: false};
  await rememberCapabilities(request.stateDir, version, learnt);
  return {...second, failed: first.report, capabilities: learnt};
};

const decided = (rehearsed: Rehearsed): Rehearsed => {
  const {report} = rehearsed;
  if (passed(report)) return rehearsed;
  const wrong = [
    ...report.steps.map(({step, verdict, why}) => ({what: step, verdict, why})),
    {what: 'the way back', ...report.undo},
  ].find(({verdict}) => verdict === 'failed' || verdict === 'different');
  throw new Refusal('REHEARSAL.DIFFERENT', `${wrong?.what} came out ${wrong?.verdict}: ${wrong?.why}`, {
    untouched: 'Nothing was changed: the rehearsal ran on copies, and the plan is refused.',
    ...(wrong ? {where: {step: wrong.what}} : {}),
    next: [{label: 'Compare what was predicted with what this server does, and report it'}],
  });
};

const onScratch = async <T>(server: RehearsalServer, use: (scratch: ScratchFolder) => Promise<T>): Promise<T> => {
  const scratch = await server.scratch();
  try {
    return await use(scratch);
  } finally {
    await scratch.dispose();
  }
};

const configurationOf = async (server: RehearsalServer): Promise<IisConfiguration> => {
  const {environment} = await server.facts();
  return loadConfiguration(server, {configFolder: server.configFolder, environment});
};

const writeCopies = async (scratch: ScratchFolder, copy: ScratchCopy): Promise<void> => {
  // A folder without a web.config must be there too: appcmd writes the first one into it.
  for (const folder of new Set(copy.folders)) await scratch.write(`${folder}\\stopgap.txt`, new Uint8Array());
  for (const [path, bytes] of copy.files) await scratch.write(path, bytes);
};

const probe = async (server: RehearsalServer, scratch: ScratchFolder): Promise<Capabilities> => {
  const copy = await planScratchCopy(await configurationOf(server), [], scratch.path);
  await writeCopies(scratch, copy);
  const {applicationHost} = copy;
  return probeCapabilities({
    server,
    applicationHost,
    poolNames: async () => {
      const file = await parsed(applicationHost, (path) => server.readFile(path));
      return file ? readTopology(file, {}).pools.map(({name}) => name) : [];
    },
  });
};

const parsed = async (path: string, read: CopyReader): Promise<ConfigFile | undefined> => {
  const bytes = await read(path);
  const result = bytes && parseConfigFile(path, bytes);
  return result && !isFault(result) ? result.file : undefined;
};

const tryForm = async (
  server: RehearsalServer,
  request: RehearseRequest,
  options: PlanOptions,
): Promise<{readonly plan: Plan; readonly report: RehearsalReport}> => {
  const configuration = await configurationOf(server);
  const prediction = new Prediction(server, 'remove', [configuration.applicationHost]);
  const {sources, stateDir, now, predicted = (file) => file} = request;
  const plan = await planForServer(server, {sources, options, stateDir, now, prediction});
  const steps = plan.body.steps.filter((step) => step.status === 'to-do' && prediction.after(step.id));
  const report = await onScratch(server, async (scratch) => {
    const copy = await planScratchCopy(configuration, configPathsOf(steps), scratch.path);
    await writeCopies(scratch, copy);
    const originals = steps.length === 0 ? [] : (prediction.after(steps.at(-1)?.id ?? '') ?? []).map(({path}) => path);
    return rehearse({
      server,
      applicationHost: copy.applicationHost,
      steps,
      form: options.commands ?? 'together',
      expectation: expect(configuration, copy, {
        originals,
        after: (step) => (prediction.after(step) ?? []).map(predicted),
        server,
      }),
      production: [...new Set([configuration.applicationHost.path, ...originals, ...copy.sources])],
    });
  });
  return {plan, report};
};

interface Expected {
  /** Files of the server that the plan touches. */
  readonly originals: readonly string[];
  readonly after: (step: string) => readonly ConfigFile[];
  readonly server: RehearsalServer;
}

const equalBytes = (a: ConfigFile, b: ConfigFile): boolean =>
  Buffer.compare(encodeText(a.decoded), encodeText(b.decoded)) === 0;

const worst = (all: readonly Compared[]): Compared =>
  all.find(({verdict}) => verdict === 'different') ??
  all.find(({verdict}) => verdict === 'same meaning') ?? {verdict: 'exact', why: ''};

const compareFiles = (
  expected: ConfigFile,
  actual: ConfigFile | undefined,
  {same, name}: {same: (a: ConfigFile, b: ConfigFile) => boolean; name: string},
): Compared => {
  if (!actual) return {verdict: 'different', why: `${name} cannot be read any more`};
  if (equalBytes(expected, actual)) return {verdict: 'exact', why: ''};
  return same(expected, actual)
    ? {verdict: 'same meaning', why: `${name} says the same in another form`}
    : {verdict: 'different', why: `${name} says something else than predicted`};
};

const expect = (
  configuration: IisConfiguration,
  copy: ScratchCopy,
  {originals, after, server}: Expected,
): Expectation => {
  const empty = parseConfigFile('', new TextEncoder().encode('<configuration />'));
  const nothing = isFault(empty) ? configuration.applicationHost : empty.file;
  const original = async (path: string): Promise<ConfigFile | undefined> => parsed(path, (one) => server.readFile(one));
  const actual = async (path: string, read: CopyReader): Promise<ConfigFile | undefined> => {
    const at = copy.copyOf(path);
    return at === undefined ? undefined : parsed(at, read);
  };
  return {
    afterStep: async (step, read) =>
      worst(
        await Promise.all(
          after(step).map(async (file) =>
            compareFiles(copy.asCopy(file), await actual(file.path, read), {same: sameMeaning, name: file.path}),
          ),
        ),
      ),
    afterUndo: async (read) =>
      worst(
        await Promise.all(
          originals.map(async (path) => {
            const before = (await original(path)) ?? nothing;
            return compareFiles(copy.asCopy({...before, path}), await actual(path, read), {
              same: sameButForShells,
              name: path,
            });
          }),
        ),
      ),
    diffs: async (read) => {
      const diffs = await Promise.all(
        originals.map(async (path) => {
          const before = await original(path);
          const now = await actual(path, read);
          if (!now) return {file: path, diff: ''};
          if (!before) return {file: path, diff: unifiedDiff(path, '', now.decoded.text)};
          return {file: path, diff: documentDiff(path, before.document, copy.asOriginal(before, now).document)};
        }),
      );
      return diffs.filter(({diff}) => diff.includes('\n@@'));
    },
  };
};
