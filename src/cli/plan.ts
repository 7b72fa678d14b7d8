import {Refusal} from '../kit/refusal.ts';
import type {Answer} from './command.ts';
import {defineCommand} from './command.ts';
import {networkFrom, proxyOption} from './network-options.ts';
import {acceptOption, changesExitCodeOption, placeOption, profileOption} from './shared-options.ts';

/** The dry run: a plan and its preview. Nothing here can build an executor. */
export const planCommand = defineCommand({
  name: 'plan [sources..]',
  describe: 'Plan mitigations for a server and preview them; writes nothing without -o',
  builder: (yargs) =>
    yargs
      .positional('sources', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Feeds (*.xml, https:), catalogue files (*.yaml) or ids (M1); none: the last accepted feed',
      })
      .option('output', {alias: 'o', type: 'string', describe: 'Write the plan to this file'})
      .option('accept', acceptOption)
      .option('reason', {type: 'string', describe: 'Why it may pass'})
      .option('rehearse', {
        type: 'boolean',
        default: false,
        describe: "Try it on copies by the server's own appcmd; the plan takes the form of commands that works",
      })
      .option('place', placeOption)
      .option('profile', profileOption)
      .option('proxy', proxyOption)
      .option('at', {type: 'string', describe: 'Plan as if it were this time (UTC, ISO 8601)'})
      .option('format', {choices: ['text', 'markdown', 'html'] as const, default: 'text' as const})
      .option('only', {choices: ['disruptive'] as const, describe: 'Only the steps of which something stops working'})
      .option('detailed-exitcode', changesExitCodeOption),
  run: async (args, io): Promise<Answer> => {
    const {acceptedFrom} = await import('./accepted.ts');
    const {openReader, stateDirOf} = await import('./open-server.ts');
    const {loadSources} = await import('../operations/load-sources.ts');
    const {planForServer} = await import('../operations/plan-for-server.ts');
    const {commandLine} = await import('./command-line.ts');
    const {renderPreview} = await import('./render-preview.ts');
    const {isRefused, refusePlan} = await import('../operations/refuse-plan.ts');
    const {moment} = await import('./moment.ts');
    if (args.output !== undefined && args.format !== 'text') throw twoOutputs(args.output, args.format);
    const accept = acceptedFrom(args);
    const reader = await openReader(args, io);
    const stateDir = stateDirOf(args, io);
    const now = moment(args.at, io);
    const network = networkFrom(io, args.proxy);
    const sources = await loadSources(args.sources, {stateDir, cwd: io.cwd, now, profiles: args.profile, ...network});
    const {formFor, rehearseNow} = await import('./rehearse-plan.ts');
    const form = await formFor(args, io, stateDir);
    const request = {sources, options: {place: args.place, accept, ...form}, stateDir, now};
    const planned = await planForServer(reader, request);
    // Nothing is tried of a plan that is refused anyway.
    const tried = args.rehearse && !isRefused(planned.body) ? await rehearseNow(args, io, request) : undefined;
    const plan = tried?.plan ?? planned;
    const changes = plan.body.steps.some(({status}) => status === 'to-do');
    const {server, place, reason, profile, proxy, at} = args;
    const again = commandLine(['plan', ...args.sources], {
      server,
      'state-dir': args['state-dir'],
      place,
      accept: args.accept,
      reason,
      profile,
      // A proxy may have a password, which belongs on no page.
      proxy: proxy?.includes('@') ? undefined : proxy,
      at,
      rehearse: args.rehearse,
    });
    const {format, only, output: planFile} = args;
    const preview = await renderPreview(plan, {args, format, only, planFile, again}, io);
    const text = tried
      ? `${preview.trimEnd()}\n\n${(await import('./rehearsal-text.ts')).rehearsalText(tried)}\n`
      : preview;
    const {planWarnings} = await import('./plan-warnings.ts');
    const warning = await planWarnings({args, stateDir, sources});
    const shown = args.json || format !== 'text' ? text : `${text}${warning}`;
    if (shown === text) io.stderr.write(warning);
    // A person sees the whole of it, and the refusal last.
    if (!args.json && isRefused(plan.body)) io.stdout.write(shown);
    refusePlan(plan.body, args.json ? 'in-full' : 'by-code');
    if (args.output !== undefined)
      await (await import('./write-plan-file.ts')).writePlanFile(plan, sources, {file: args.output, stateDir, io});
    return {
      code: changes ? 'PLAN.CHANGES' : 'PLAN.NO_CHANGES',
      exitCode: changes && args['detailed-exitcode'] ? 2 : 0,
      data: tried ? {...plan, rehearsal: tried.report} : plan,
      text: shown,
    };
  },
});

/** -o is the plan itself: what `apply` takes must never be a page that looks like one. */
const twoOutputs = (file: string, format: string): Refusal =>
  new Refusal('USAGE.INVALID', `-o writes the plan, which has no format ${format}`, {
    next: [
      {label: 'Write the plan', command: 'stopgap plan ... -o plan.json'},
      {label: `Then show it as ${format}`, command: `stopgap show plan.json --format ${format} -o ${file}`},
    ],
  });
