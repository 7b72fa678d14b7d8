import {defineCommand} from './command.ts';

/** Copies what planning needs of a server into a folder, without its secrets. */
export const snapshotCommand = defineCommand({
  name: 'snapshot',
  describe: 'Copy what planning needs of a server into a folder, without its secrets',
  builder: (yargs) =>
    yargs.option('output', {alias: 'o', type: 'string', demandOption: true, describe: 'Folder, new or empty'}),
  run: async (args, io) => {
    const {resolve} = await import('node:path');
    const {openReader} = await import('./open-server.ts');
    const {takeSnapshot} = await import('../operations/snapshot.ts');
    const {commandLine} = await import('./command-line.ts');
    const {escapeLine} = await import('../kit/escape-control.ts');
    const reader = await openReader(args, io);
    const result = await takeSnapshot(reader, resolve(io.cwd, args.output), io.now());
    const {files, unreadable, services, pools} = result;
    const redacted = files.filter((file) => file.redacted);
    return {
      code: 'SNAPSHOT.TAKEN',
      exitCode: 0,
      data: {dir: args.output, ...result},
      text: [
        `${files.length} files, ${services} services and ${pools} application pools copied to ${args.output}`,
        ...redacted.map(({path}) => `  secrets taken out of ${escapeLine(path)}`),
        ...unreadable.map(({path}) => `  not copied, because it is no text: ${escapeLine(path)}`),
        'Plan with it, on any machine:',
        `  ${commandLine(['plan', 'M1'], {server: `snapshot:${args.output}`})}`,
        'Or rehearse with it:',
        `  ${commandLine(['sandbox', 'create', 'DIR'], {from: args.output})}`,
      ].join('\n'),
    };
  },
});
