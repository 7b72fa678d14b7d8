import type {AnyCommand} from './command.ts';

/*
 * The table of commands. Each is imported only when the command line names it: most of a short run is loading modules.
 */

type Load = () => Promise<AnyCommand>;

/** What the first word of a two-word command is about. */
export const groups: Readonly<Record<string, string>> = {
  feed: 'Fetch, verify, show, build and sign feeds',
  sandbox: 'A simulated server in a folder',
  notification: 'Who is told of what happens: look, try, see what waits',
  settings: 'What the organisation and this server say about changes',
  agent: 'The hourly loop: run it, ask it, make it a service',
  diagnostics: 'What may be sent to an endpoint of yours',
};

/** In the order of use, which is that of --help: through a change, back, after an update, the agent, tools. */
const table: Readonly<Record<string, Load>> = {
  'feed fetch': async () => (await import('./feed/fetch.ts')).feedFetchCommand,
  'feed verify': async () => (await import('./feed/verify.ts')).feedVerifyCommand,
  'feed show': async () => (await import('./feed/show.ts')).feedShowCommand,
  'feed build': async () => (await import('./feed/build.ts')).feedBuildCommand,
  'feed sign': async () => (await import('./feed/sign.ts')).feedSignCommand,
  'feed reset-freshness': async () => (await import('./feed/reset-freshness.ts')).feedResetFreshnessCommand,
  'feed make-test-ca': async () => (await import('./feed/make-test-ca.ts')).feedMakeTestCaCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  show: async () => (await import('./show.ts')).showCommand,
  rehearse: async () => (await import('./rehearse.ts')).rehearseCommand,
  trace: async () => (await import('./trace.ts')).traceCommand,
  impact: async () => (await import('./impact.ts')).impactCommand,
  approve: async () => (await import('./approve.ts')).approveCommand,
  apply: async () => (await import('./apply.ts')).applyCommand,
  confirm: async () => (await import('./confirm.ts')).confirmCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  log: async () => (await import('./log-command.ts')).logCommand,
  rollback: async () => (await import('./rollback.ts')).rollbackCommand,
  recover: async () => (await import('./recover.ts')).recoverCommand,
  reconcile: async () => (await import('./reconcile.ts')).reconcileCommand,
  adopt: async () => (await import('./adopt.ts')).adoptCommand,
  'prepare-upgrade': async () => (await import('./prepare-upgrade.ts')).prepareUpgradeCommand,
  block: async () => (await import('./block.ts')).blockCommand,
  unblock: async () => (await import('./block.ts')).unblockCommand,
  'settings show': async () => (await import('./settings/show.ts')).settingsShowCommand,
  'settings set': async () => (await import('./settings/set.ts')).settingsSetCommand,
  'settings validate': async () => (await import('./settings/validate.ts')).settingsValidateCommand,
  'agent run': async () => (await import('./agent/run.ts')).agentRunCommand,
  'agent check': async () => (await import('./agent/check.ts')).agentCheckCommand,
  'agent install': async () => (await import('./agent/install.ts')).agentInstallCommand,
  'agent uninstall': async () => (await import('./agent/uninstall.ts')).agentUninstallCommand,
  'agent start': async () => (await import('./agent/start.ts')).agentStartCommand,
  'agent stop': async () => (await import('./agent/stop.ts')).agentStopCommand,
  'notification preview': async () => (await import('./notification/preview.ts')).notificationPreviewCommand,
  'notification test': async () => (await import('./notification/test.ts')).notificationTestCommand,
  'notification pending': async () => (await import('./notification/pending.ts')).notificationPendingCommand,
  'diagnostics show': async () => (await import('./diagnostics/show.ts')).diagnosticsShowCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  snapshot: async () => (await import('./snapshot.ts')).snapshotCommand,
  'watch-confirms': async () => (await import('./watch-confirms.ts')).watchConfirmsCommand,
  completion: async () => (await import('./completion.ts')).completionCommand,
  'sandbox create': async () => (await import('./sandbox/create.ts')).sandboxCreateCommand,
  'sandbox request': async () => (await import('./sandbox/request.ts')).sandboxRequestCommand,
  'sandbox fault': async () => (await import('./sandbox/fault.ts')).sandboxFaultCommand,
  'sandbox iisreset': async () => (await import('./sandbox/iisreset.ts')).sandboxIisresetCommand,
  'sandbox reboot': async () => (await import('./sandbox/reboot.ts')).sandboxRebootCommand,
  'sandbox cu': async () => (await import('./sandbox/cu.ts')).sandboxCuCommand,
};

/** Options with a value that may stand before the command. */
const valued = new Set(['--server', '--state-dir', '--log-format']);

/** The first word, and what stands right behind it. */
const firstWords = (argv: readonly string[]): readonly (string | undefined)[] => {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (valued.has(argument)) index++;
    else if (!argument.startsWith('-')) return [argument, argv[index + 1]];
  }
  return [];
};

/** The commands that the line may mean: one, those of a group, or all of them where only the whole list gives a good answer. */
export const commandsFor = async (argv: readonly string[]): Promise<readonly AnyCommand[]> => {
  const [first, second] = firstWords(argv);
  const named = table[`${first} ${second}`];
  if (named) return [await named()];
  const meant = Object.entries(table).filter(([words]) => words === first || words.startsWith(`${first} `));
  const wanted = meant.length > 0 ? meant : Object.entries(table);
  return Promise.all(wanted.map(([, load]) => load()));
};
