import type {Answer} from './command.ts';
import {defineCommand} from './command.ts';
import {networkFrom} from './network-options.ts';
import {acceptOption, changesExitCodeOption, placeOption, profileOption} from './shared-options.ts';

/** Compares journals, server and build, and proposes one plan. Reads only; `apply` carries the plan out. */
export const reconcileCommand = defineCommand({
  name: 'reconcile',
  describe: 'After an update or drift: what is missing, obsolete or left by others, and one plan that puts it right',
  builder: (yargs) =>
    yargs
      .option('output', {alias: 'o', type: 'string', describe: 'Write the plan to this file'})
      .option('accept', acceptOption)
      .option('reason', {type: 'string', describe: 'Why it may pass'})
      .option('place', placeOption)
      .option('profile', profileOption)
      .option('detailed-exitcode', changesExitCodeOption),
  run: async (args, io): Promise<Answer> => {
    const {acceptedFrom} = await import('./accepted.ts');
    const {openReader, stateDirOf} = await import('./open-server.ts');
    const {planReconcile} = await import('../operations/replan.ts');
    const {refusePlan} = await import('../operations/refuse-plan.ts');
    const {sealPlan} = await import('../plan/seal.ts');
    const {version} = await import('../kit/version.ts');
    const {escapeLine} = await import('../kit/escape-control.ts');
    const {commandLine} = await import('./command-line.ts');
    const {renderPreview} = await import('./render-preview.ts');
    const {table} = await import('./table.ts');
    const reader = await openReader(args, io);
    const stateDir = stateDirOf(args, io);
    const now = io.now();
    const context = {stateDir, cwd: io.cwd, now, profiles: args.profile, ...networkFrom(io)};
    const options = {place: args.place, accept: acceptedFrom(args)};
    const {rows, body, sources} = await planReconcile(reader, {context, options});
    refusePlan(body);
    const {hostName} = await reader.facts();
    const plan = sealPlan(body, {plannedAt: now.toISOString(), hostName, server: reader.name, stopgap: version});
    const {server, place, reason, profile, output: planFile} = args;
    const again = commandLine(['reconcile'], {
      server,
      'state-dir': args['state-dir'],
      place,
      accept: args.accept,
      reason,
      profile,
    });
    const cells = rows.map(({what, status, proposal, why}) => [what, status, proposal, why].map(escapeLine));
    const changes = rows.some(({proposal}) => ['apply again', 'remove', 'close the books'].includes(proposal));
    const preview = changes ? await renderPreview(plan, {args, format: 'text', planFile, again}, io) : '';
    if (planFile !== undefined) {
      await (await import('./write-plan-file.ts')).writePlanFile(plan, sources, {file: planFile, stateDir, io});
    }
    const head =
      rows.length === 0
        ? 'Nothing is missing, nothing is left over.'
        : table(['What', 'Status', 'Proposal', 'Why'], cells, io.stdout.columns ?? 110);
    const foreign = rows.some(({proposal}) => proposal === 'adopt' || proposal === 'adopt, then remove');
    const adopt = commandLine(['adopt'], {server, 'state-dir': args['state-dir']});
    const adopting = foreign
      ? ['', 'To take over what others left, which changes nothing on the server:', `  ${adopt}`]
      : [];
    return {
      code: changes ? 'RECONCILE.CHANGES' : 'RECONCILE.IN_ORDER',
      exitCode: changes && args['detailed-exitcode'] ? 2 : 0,
      data: {rows, plan},
      text: [head, ...adopting, ...(preview === '' ? [] : ['', preview])].join('\n'),
    };
  },
});
