import {defineCommand} from '../command.ts';

/** Shows the mitigations of a feed as catalogue files, once it is verified. */
export const feedShowCommand = defineCommand({
  name: 'feed show <feed>',
  describe: 'Show a verified feed as catalogue YAML',
  builder: (yargs) =>
    yargs
      .positional('feed', {type: 'string', demandOption: true, describe: 'Feed document'})
      .option('profile', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Trust profile: microsoft, or a file',
      })
      .option('at', {type: 'string', describe: 'Check as if it were this time (UTC, ISO 8601)'}),
  run: async (args, io) => {
    const {resolve} = await import('node:path');
    const {readFeedFile} = await import('../../feed/feed-file.ts');
    const {escapeControl, escapeLine} = await import('../../kit/escape-control.ts');
    const {mitigationsFromFeed, signalsFromFeed} = await import('../../mitigation/from-feed.ts');
    const {toCatalogueYaml} = await import('../../mitigation/to-yaml.ts');
    const {loadTrustProfiles} = await import('../../operations/trust-profiles.ts');
    const {refusedFeed} = await import('../../operations/verified-feed.ts');
    const {verifyBounded} = await import('../../operations/verify-bounded.ts');
    const {knownStateDir} = await import('./known-state-dir.ts');
    const {moment} = await import('../moment.ts');
    const profiles = await loadTrustProfiles(args.profile, {stateDir: knownStateDir(args, io), cwd: io.cwd});
    const bytes = await readFeedFile(resolve(io.cwd, args.feed));
    const verification = await verifyBounded(bytes, {now: moment(args.at, io), profiles});
    if (!verification.verified) throw refusedFeed(args.feed, verification.code, verification.reason);
    const mitigations = mitigationsFromFeed(verification.feed);
    const signals = signalsFromFeed(verification.feed);
    const announced = signals.map(({id, description}) => `# ${escapeLine(id)}: ${escapeLine(description)}\n`).join('');
    const note = signals.length > 0 ? '# Announcements of the publisher; what they change is not public.\n' : '';
    return {
      code: 'FEED.SHOWN',
      exitCode: 0,
      data: {signer: verification.feed.signer, mitigations, signals},
      text: note + announced + escapeControl(mitigations.map(toCatalogueYaml).join('---\n')),
    };
  },
});
