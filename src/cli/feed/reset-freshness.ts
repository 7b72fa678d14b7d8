import {defineCommand} from '../command.ts';

/** Forgets which feeds were accepted, after which an older one counts once more. Only a person may want that. */
export const feedResetFreshnessCommand = defineCommand({
  name: 'feed reset-freshness',
  describe: 'Forget which feeds were accepted: the next one is trusted on first use',
  builder: (yargs) => yargs.option('profile', {type: 'string', describe: 'Only those of this trust profile'}),
  run: async (args, io) => {
    const {resetFreshness} = await import('../../feed/freshness-file.ts');
    const {stateDirOf} = await import('../open-server.ts');
    const stateDir = stateDirOf(args, io);
    await resetFreshness(stateDir, args.profile);
    const whose = args.profile === undefined ? 'any profile' : `the profile ${args.profile}`;
    return {
      code: 'FEED.FRESHNESS_RESET',
      exitCode: 0,
      data: {stateDir, profile: args.profile ?? null},
      text: `Nothing is remembered of feeds of ${whose} any more: the next one that is genuine is accepted, even an old one.`,
    };
  },
});
