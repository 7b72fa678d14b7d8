import {defineCommand} from '../command.ts';

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
      .option('proxy', {
        type: 'string',
        describe: 'Proxy, http://host:port; else HTTPS_PROXY and NO_PROXY, else that of WinHTTP',
      })
      .option('at', {type: 'string', describe: 'Check as if it were this time (UTC, ISO 8601)'}),
  run: async (args, io) => {
    const {escapeLine} = await import('../../kit/escape-control.ts');
    const {acceptFeed} = await import('../../operations/verified-feed.ts');
    const {microsoftFeedUrl} = await import('../../trust/profile/microsoft.ts');
    const {parseWinHttpProxy} = await import('../../feed/system-proxy.ts');
    const {winHttpText} = await import('../../server/windows/winhttp-text.ts');
    const {moment} = await import('../moment.ts');
    const {stateDirOf} = await import('../open-server.ts');
    const source = args.source ?? microsoftFeedUrl;
    const systemProxy = parseWinHttpProxy(await winHttpText(io.env));
    const context = {cwd: io.cwd, env: io.env, profiles: args.profile, proxy: args.proxy, systemProxy};
    const received = await acceptFeed(source, {...context, now: moment(args.at, io), stateDir: stateDirOf(args, io)});
    const {feed, reason, warnings, revocation, signedAt} = received;
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
