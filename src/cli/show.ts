import {defineCommand} from './command.ts';

/** Shows a plan file. It looks at nothing but the file: also an old plan, or one of another server, can be read. */
export const showCommand = defineCommand({
  name: 'show <plan>',
  describe: 'Show a plan file as text, Markdown or HTML',
  builder: (yargs) =>
    yargs
      .positional('plan', {type: 'string', demandOption: true, describe: 'Plan file, written by plan -o'})
      .option('format', {choices: ['text', 'markdown', 'html'] as const, default: 'text' as const})
      .option('only', {choices: ['disruptive'] as const, describe: 'Only the steps of which something stops working'})
      .option('impact', {type: 'string', describe: 'With --format html: the numbers of this file, from impact --json'})
      .option('output', {alias: 'o', type: 'string', describe: 'Write to this file instead'}),
  run: async (args, io) => {
    const {readPlanFile} = await import('./read-plan-file.ts');
    const {renderPreview, writePreview} = await import('./render-preview.ts');
    const plan = await readPlanFile(args.plan, io);
    const {readImpactFile} = await import('./read-impact-file.ts');
    const impact = args.impact === undefined ? undefined : await readImpactFile(args.impact, plan, io);
    const request = {args, file: args.output, planFile: args.plan, format: args.format, only: args.only, impact};
    const text = await renderPreview(plan, request, io);
    if (args.output === undefined) return {code: 'PLAN.SHOWN', exitCode: 0, data: plan, text};
    const written = await writePreview({text, file: args.output, planFile: args.plan}, io);
    return {code: 'PLAN.SHOWN', exitCode: 0, data: plan, text: `${written} written`};
  },
});
