import {defineCommand} from '../command.ts';

/** Signs a feed as the genuine one is signed. */
export const feedSignCommand = defineCommand({
  name: 'feed sign <feed>',
  describe: 'Sign a feed with an enveloped XML signature',
  builder: (yargs) =>
    yargs
      .positional('feed', {type: 'string', demandOption: true, describe: 'Unsigned feed'})
      .option('key', {type: 'string', demandOption: true, describe: 'Private key (PEM)'})
      .option('chain', {
        type: 'string',
        demandOption: true,
        describe: 'Certificate of the signer and its authorities (PEM)',
      })
      .option('output', {alias: 'o', type: 'string', demandOption: true, describe: 'Signed feed to write'}),
  run: async (args, io) => {
    const {readFile} = await import('node:fs/promises');
    const {resolve} = await import('node:path');
    const {writeDurably} = await import('../../kit/durable-file.ts');
    const {sha256} = await import('../../kit/hash.ts');
    const {Refusal} = await import('../../kit/refusal.ts');
    const {signFeed} = await import('../../publish/sign-feed.ts');
    const text = async (file: string): Promise<string> =>
      readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
        throw new Refusal('FEED.UNREADABLE', `${file} cannot be read`, {where: {file}, cause});
      });
    const signer = {keyPem: await text(args.key), certificateChainPem: await text(args.chain)};
    const signed = signFeed(await text(args.feed), signer);
    await writeDurably(resolve(io.cwd, args.output), signed, 0o644);
    return {
      code: 'FEED.SIGNED',
      exitCode: 0,
      data: {file: args.output, documentDigest: sha256(signed)},
      text: `${args.output} written. Check it as your readers will: stopgap feed verify ${args.output} --profile FILE`,
    };
  },
});
