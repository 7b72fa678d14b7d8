import type {ConfigFile} from '../iis/config-file.ts';
import {type IisConfiguration, loadConfiguration} from '../iis/configuration.ts';
import {readTopology} from '../iis/read-topology.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Plan} from '../plan/model.ts';
import {optionsOf, type PlanOptions} from '../plan/options.ts';
import {Prediction} from '../plan/predict.ts';
import {planScratchCopy, type ScratchCopy} from '../plan/scratch-copy.ts';
import {sealPlan} from '../plan/seal.ts';
import {type Capabilities, rememberCapabilities, rememberedCapabilities} from '../rehearsal/capabilities.ts';
import {probeCapabilities} from '../rehearsal/probe.ts';
import {rehearse} from '../rehearsal/rehearse.ts';
import {configPathsOf, passed, type RehearsalReport} from '../rehearsal/verdict.ts';
import type {RehearsalServer, ScratchFolder} from '../server/scratch.ts';
import type {SourceContext} from './load-sources.ts';
import {planForServer} from './plan-for-server.ts';
import {expectationOf, parsed} from './rehearsal-expectation.ts';
import {replanned} from './server-with-plan.ts';
import type {LoadedSource} from './sources.ts';
import {openState} from './state.ts';

interface Rehearsing {
  /** Plans with these options; what it makes of the files is kept in the prediction. */
  readonly plan: (options: PlanOptions, prediction: Prediction) => Promise<Plan>;
  readonly options: PlanOptions;
  readonly stateDir: string;
  /** For tests of what a wrong prediction leads to. */
  readonly predicted?: (file: ConfigFile) => ConfigFile;
}

export interface RehearseRequest extends Omit<Rehearsing, 'plan'> {
  readonly sources: readonly LoadedSource[];
  readonly now: Date;
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
export const rehearsePlan = (
  server: RehearsalServer,
  {sources, now, ...request}: RehearseRequest,
): Promise<Rehearsed> => {
  const {stateDir} = request;
  const plan: Rehearsing['plan'] = (options, prediction) =>
    planForServer(server, {sources, options, stateDir, now, prediction});
  return tryBothForms(server, {...request, plan});
};

/**
 * The same for a plan that was made before, to apply, to reconcile or to roll back: it is made again, as apply does.
 * @throws Refusal PLAN.NOT_FOR_REHEARSAL where files would be put back byte for byte, without appcmd
 */
export const rehearseAgain = async (
  server: RehearsalServer,
  {plan, context}: {readonly plan: Plan; readonly context: SourceContext},
): Promise<Rehearsed> => {
  const restored = plan.body.steps.find(({commands}) => commands.some((command) => command.do === 'restore-file'));
  if (restored) {
    throw new Refusal('PLAN.NOT_FOR_REHEARSAL', `the plan puts ${restored.touches.join(', ')} back byte for byte`, {
      untouched: 'Nothing was tried: no appcmd has a part in that.',
      next: [{label: 'Rehearse the rollback without --exact'}],
    });
  }
  return tryBothForms(server, {
    options: optionsOf(plan.body),
    stateDir: context.stateDir,
    plan: async (form, prediction) => {
      const wanted = {...plan.body.options, ...(form.commands && {commands: form.commands})};
      const body = await replanned(server, {
        plan: {...plan, body: {...plan.body, options: wanted}},
        context,
        prediction,
      });
      return sealPlan(body, plan.meta);
    },
  });
};

const tryBothForms = async (server: RehearsalServer, request: Rehearsing): Promise<Rehearsed> => {
  await openState(request.stateDir);
  const version = await server.appcmdVersion();
  const known = await rememberedCapabilities(request.stateDir, version);
  const capabilities =
    known.editsSeeEarlierAdds === null
      ? {...known, ...(await onScratch(server, (scratch) => probe(server, scratch)))}
      : known;
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

const probe = async (server: RehearsalServer, scratch: ScratchFolder): ReturnType<typeof probeCapabilities> => {
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

const tryForm = async (
  server: RehearsalServer,
  request: Rehearsing,
  options: PlanOptions,
): Promise<{readonly plan: Plan; readonly report: RehearsalReport}> => {
  const configuration = await configurationOf(server);
  const prediction = new Prediction(server, [configuration.applicationHost]);
  const {predicted = (file) => file} = request;
  const plan = await request.plan(options, prediction);
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
      expectation: expectationOf(configuration, copy, {
        originals,
        after: (step) => (prediction.after(step) ?? []).map(predicted),
        server,
      }),
      production: [...new Set([configuration.applicationHost.path, ...originals, ...copy.sources])],
    });
  });
  return {plan, report};
};
