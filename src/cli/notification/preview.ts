import {defineCommand} from '../command.ts';

/** Every message as a person gets it, with made-up contents. */
export const notificationPreviewCommand = defineCommand({
  name: 'notification preview [kind]',
  describe: 'Show what messages look like',
  builder: (yargs) => yargs.positional('kind', {type: 'string', describe: 'Only of this kind (plan-waiting)'}),
  run: async (args, io) => {
    const {sampleNotices} = await import('../../agent/report/notify/samples.ts');
    const {Refusal} = await import('../../kit/refusal.ts');
    const all = sampleNotices(io.now());
    const shown = args.kind === undefined ? all : all.filter(({kind}) => kind === args.kind);
    if (shown.length === 0) {
      throw new Refusal('NOTIFICATION.KIND', `there are no messages of the kind "${args.kind}"`, {
        next: [{label: `There are ${[...new Set(all.map(({kind}) => kind))].join(', ')}`}],
      });
    }
    return {
      code: 'NOTIFICATION.PREVIEW',
      exitCode: 0,
      data: shown,
      text: shown.map(({subject, text}) => `Subject: ${subject}\n\n${text}`).join(`\n${'='.repeat(72)}\n\n`),
    };
  },
});
