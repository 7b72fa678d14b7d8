import {defineCommand} from './command.ts';

/** Keeps what a run did that waits for its confirm. */
export const confirmCommand = defineCommand({
  name: 'confirm <run>',
  describe: 'Keep what a run with --confirm-within did',
  builder: (yargs) => yargs.positional('run', {type: 'string', demandOption: true, describe: 'The run (r3)'}),
  run: async (args, io) => {
    const {openServer, stateDirOf} = await import('./open-server.ts');
    const {confirmRun} = await import('../operations/confirm-run.ts');
    const {account} = await import('./account.ts');
    const server = await openServer(args, io);
    const {withStopSignals} = await import('./stop-signals.ts');
    await withStopSignals(io, () => confirmRun(args.run, server, {stateDir: stateDirOf(args, io), by: account()}));
    return {code: 'CONFIRM.GIVEN', exitCode: 0, data: {run: args.run}, text: `run ${args.run} is confirmed: it stays`};
  },
});
