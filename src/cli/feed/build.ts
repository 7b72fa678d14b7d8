import {defineCommand} from '../command.ts';

/** Makes an unsigned feed of catalogue files. */
export const feedBuildCommand = defineCommand({
  name: 'feed build <files..>',
  describe: 'Build an unsigned feed from catalogue files',
  builder: (yargs) =>
    yargs
      .positional('files', {type: 'string', array: true, demandOption: true, describe: 'Catalogue files (*.yaml)'})
      .option('output', {alias: 'o', type: 'string', demandOption: true, describe: 'Feed to write'})
      .option('serial', {
        type: 'number',
        demandOption: true,
        describe: 'Number of this feed; larger than that of the one before',
      })
      .option('feed-version', {type: 'string', default: '1.0.4', describe: 'Version of the envelope'})
      .option('issued', {type: 'string', describe: 'Time of issue (UTC, ISO 8601); now by default'})
      .option('expires', {type: 'string', describe: 'Time after which nobody accepts it (UTC, ISO 8601)'}),
  run: async (args, io) => {
    const {readFile} = await import('node:fs/promises');
    const {resolve} = await import('node:path');
    const {writeDurably} = await import('../../kit/durable-file.ts');
    const {Refusal} = await import('../../kit/refusal.ts');
    const {sha256} = await import('../../kit/hash.ts');
    const {readCatalogueFile} = await import('../../mitigation/catalogue.ts');
    const {buildFeed} = await import('../../publish/build-feed.ts');
    const {moment} = await import('../moment.ts');
    const mitigations = await Promise.all(
      args.files.map(async (file) => {
        const text = await readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
          throw new Refusal('CATALOGUE.NOT_FOUND', `${file} cannot be read`, {where: {file}, cause});
        });
        return readCatalogueFile({file, text});
      }),
    );
    const expires = args.expires === undefined ? undefined : moment(args.expires, io);
    const xml = buildFeed(mitigations, {
      version: args['feed-version'],
      serial: args.serial,
      issued: moment(args.issued, io),
      expires,
    });
    await writeDurably(resolve(io.cwd, args.output), xml, 0o644);
    const ids = mitigations.map(({id}) => id);
    return {
      code: 'FEED.BUILT',
      exitCode: 0,
      data: {file: args.output, digest: sha256(xml), serial: args.serial, mitigations: ids},
      text: `${args.output} written: serial ${args.serial}, ${ids.join(', ')}. It is not signed yet: stopgap feed sign ${args.output} --key FILE --chain FILE -o FILE`,
    };
  },
});
