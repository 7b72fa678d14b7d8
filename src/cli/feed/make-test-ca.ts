import {defineCommand} from '../command.ts';

/** Files for trying out signed feeds: an authority, a signer, its key and the profile that trusts them. */
export const feedMakeTestCaCommand = defineCommand({
  name: 'feed make-test-ca <folder>',
  describe: 'For trials only: make a throw-away authority, a signer and the trust profile that accepts them',
  builder: (yargs) =>
    yargs
      .positional('folder', {type: 'string', demandOption: true, describe: 'New or empty folder'})
      .option('days', {type: 'number', default: 365, describe: 'Days until its certificates end'})
      .option('name', {type: 'string', default: 'trial', describe: 'Name of the trust profile'}),
  run: async (args, io) => {
    const {mkdir, readdir} = await import('node:fs/promises');
    const {join, resolve} = await import('node:path');
    const {writeDurably} = await import('../../kit/durable-file.ts');
    const {Refusal} = await import('../../kit/refusal.ts');
    const {makeTestAuthority} = await import('../../publish/test-ca.ts');
    const folder = resolve(io.cwd, args.folder);
    if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(args.name) || !(args.days >= 1 && args.days <= 3650)) {
      throw new Refusal(
        'USAGE.TEST_CA',
        '--name needs lower-case letters, digits, dots or dashes, and --days a number from 1 to 3650',
      );
    }
    await mkdir(folder, {recursive: true, mode: 0o700});
    if ((await readdir(folder)).length > 0) {
      throw new Refusal('FEED.TEST_CA_EXISTS', `${args.folder} is not empty`, {where: {file: folder}});
    }
    const files = makeTestAuthority({now: io.now(), days: args.days, name: args.name});
    for (const [name, content] of Object.entries(files)) await writeDurably(join(folder, name), content);
    return {
      code: 'FEED.TEST_CA_MADE',
      exitCode: 0,
      data: {folder, files: Object.keys(files)},
      text: [
        `${args.folder} holds ${Object.keys(files).join(', ')}. For trials only: whoever can read the folder can sign.`,
        `  stopgap feed sign FEED --key ${args.folder}/signer.key.pem --chain ${args.folder}/signer.pem -o SIGNED`,
        `  stopgap feed verify SIGNED --profile ${args.folder}/profile.yaml`,
      ].join('\n'),
    };
  },
});
