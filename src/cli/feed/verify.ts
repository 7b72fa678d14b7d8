import {defineCommand} from '../command.ts';

/** Says whether files are trusted, without a network and without remembering anything. */
export const feedVerifyCommand = defineCommand({
  name: 'feed verify <files..>',
  describe: 'Check the signature and the origin of feeds, offline; remembers nothing',
  builder: (yargs) =>
    yargs
      .positional('files', {type: 'string', array: true, demandOption: true, describe: 'Feed documents'})
      .option('profile', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Trust profile: microsoft, or a file',
      })
      .option('crl', {type: 'string', array: true, default: [] as string[], describe: 'Revocation list (DER file)'})
      .option('at', {type: 'string', describe: 'Check as if it were this time (UTC, ISO 8601)'}),
  run: async (args, io) => {
    const {verifyFiles} = await import('./verify-files.ts');
    const {inWords} = await import('./verify-line.ts');
    const {moment} = await import('../moment.ts');
    const {knownStateDir} = await import('./known-state-dir.ts');
    const lines = await verifyFiles(args.files, {
      cwd: io.cwd,
      now: moment(args.at, io),
      profiles: args.profile,
      crls: args.crl,
      stateDir: knownStateDir(args, io),
    });
    const all = lines.every(({verified}) => verified);
    return {
      code: all ? 'FEED.VERIFIED' : 'FEED.NOT_VERIFIED',
      exitCode: all ? 0 : 3,
      data: lines,
      lines,
      text: lines.map(inWords).join('\n'),
    };
  },
});
