import {defineCommand} from '../command.ts';
import {networkFrom, proxyOption} from '../network-options.ts';

/** Gets a feed, proves it, keeps it. The one command, beside the agent, that remembers what was accepted. */
export const feedFetchCommand = defineCommand({
  name: 'feed fetch [source]',
  describe: 'Get a feed (https address or file), check it and keep it as the last accepted one',
  builder: (yargs) =>
    yargs
      .positional('source', {type: 'string', describe: "https address or file; Microsoft's by default"})
      .option('profile', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Trust profile: its name or a file',
      })
      .option('proxy', proxyOption)
      .option('at', {type: 'string', describe: 'Check as if it were this time (UTC, ISO 8601)'}),
  run: async (args, io) => {
    const {escapeLine} = await import('../../kit/escape-control.ts');
    const {feedAlarms} = await import('../../operations/feed-alarms.ts');
    const {acceptFeed} = await import('../../operations/verified-feed.ts');
    const {microsoftFeedUrl} = await import('../../trust/profile/microsoft.ts');
    const {moment} = await import('../moment.ts');
    const {stateDirOf} = await import('../open-server.ts');
    const source = args.source ?? microsoftFeedUrl;
    const server = {stateDir: stateDirOf(args, io), cwd: io.cwd, now: moment(args.at, io)};
    const received = await acceptFeed(source, {...server, ...networkFrom(io, args.proxy), profiles: args.profile});
    const {feed, reason, revocation, signedAt} = received;
    const alarms = (await feedAlarms({...server, profiles: args.profile})).filter(
      (alarm) => alarm.profile === feed.profile,
    );
    const warnings = [...received.warnings, ...alarms.map(({words}) => words)];
    const {signer, issuer, profile, dialect, version, serial, mitigationIds, digest, documentDigest} = feed;
    return {
      code: 'FEED.ACCEPTED',
      exitCode: 0,
      data: {
        source,
        signer,
        issuer,
        profile,
        dialect,
        version,
        serial: serial ?? null,
        mitigations: mitigationIds,
        digest,
        documentDigest,
        signedAt,
        revocation,
        warnings,
      },
      text: [
        `Accepted ${escapeLine(source)}. ${escapeLine(reason)}`,
        ...warnings.map((warning) => `  Warning: ${escapeLine(warning)}`),
        `  Mitigations: ${mitigationIds.map(escapeLine).join(', ') || 'none'}.`,
        ...(dialect === 'microsoft'
          ? ['  They are announcements: what they change is not public, so a person decides about each.']
          : []),
        `  Kept as ${documentDigest}.`,
      ].join('\n'),
    };
  },
});
