import type {JournalEvent} from '../journal/model.ts';
import {defineCommand} from './command.ts';

const everyMs = 500;
/** The waiting process goes first: its person sees what happens. */
const patienceMs = 1500;

/**
 * The watchdog of apply --confirm-within, and what its task at start-up runs. It ends by itself when nothing waits for a
 * confirm any more.
 */
export const watchConfirmsCommand = defineCommand({
  name: 'watch-confirms',
  describe: 'Take back what nobody confirms in time; apply --confirm-within starts it',
  builder: (yargs) =>
    yargs
      .option('starter', {type: 'string', describe: 'Process that is about to apply, PID:STARTTIME'})
      .option('at-start-up', {type: 'boolean', default: false, describe: 'The machine has just been started'}),
  run: async (args, io) => {
    const {openServer, stateDirOf} = await import('./open-server.ts');
    const {watchConfirms} = await import('../operations/watch-confirms.ts');
    const {withStopSignals} = await import('./stop-signals.ts');
    const {pauseUntil} = await import('./pause-until.ts');
    const {account} = await import('./account.ts');
    const {dropConfirmTask} = await import('../operations/confirm-task.ts');
    const server = await openServer(args, io);
    const stateDir = stateDirOf(args, io);
    const [pid = '0', startTime = ''] = (args.starter ?? '0:').split(':');
    const starter = {pid: Number(pid), startTime};
    let seen = false;
    io.stdout.write('watching\n');
    const watch = {
      stateDir,
      actor: args['at-start-up'] ? 'startup-task' : 'watchdog',
      by: account(),
      onEvent: (event: JournalEvent) => {
        if (event.type === 'confirm.expired') seen = true;
      },
      everyMs,
      patienceMs,
      // The run is not begun yet, or its process is busy with it.
      worthWaiting: async () => !seen && starter.pid > 0 && (await server.isRunning(starter)),
    } as const;
    const takenBack = await withStopSignals(io, (stop) =>
      watchConfirms(server, {...watch, stop, pause: pauseUntil(stop)}),
    );
    await dropConfirmTask(server, stateDir);
    return {code: 'WATCH.ENDED', exitCode: 0, data: {takenBack}, text: ''};
  },
});
