import {confirmTask} from '../operations/confirm-task.ts';
import type {Server} from '../server/server.ts';
import {startDetached, thisProcess} from '../server/start-detached.ts';
import type {GlobalArgs, Io} from './command.ts';
import {parseServer, stateDirOf} from './open-server.ts';
import {ownProgram} from './own-program.ts';

/*
 * Who takes back what nobody confirms when the process that applies is gone: a watchdog, a process of its own, which
 * dies with the machine; and a task that the machine runs at its next start. Both are there before anything is changed.
 */

type ServerArgs = Pick<GlobalArgs, 'server' | 'state-dir'>;

/** Of no working folder: the task runs without one. */
const words = (args: ServerArgs, io: Io): readonly string[] => {
  const name = parseServer(args, io);
  const server = name.kind === 'windows' ? 'windows' : `${name.kind}:${name.dir}`;
  return ['watch-confirms', '--server', server, '--state-dir', stateDirOf(args, io)];
};

const startWatchdog = async (args: ServerArgs, io: Io): Promise<void> => {
  const {program, leading} = ownProgram();
  const {pid, startTime} = thisProcess();
  const argv = [...leading, ...words(args, io), '--starter', `${pid}:${startTime}`];
  await startDetached({program, args: argv, cwd: io.cwd, says: 'watching'});
};

const registerTask = async (args: ServerArgs, io: Io, {startUpTasks}: Server): Promise<void> => {
  const {program, leading} = ownProgram();
  await startUpTasks.register({name: confirmTask, program, args: [...leading, ...words(args, io), '--at-start-up']});
};

const reasonOf = ({reason}: PromiseRejectedResult): string =>
  reason instanceof Error ? reason.message : String(reason);

/**
 * Makes sure that there is somebody. Resolves with what could not be had, for a person, where one of the two stands;
 * rejects where none does.
 */
export const guardFor =
  (args: ServerArgs, io: Io, server: Server): (() => Promise<readonly string[]>) =>
  async () => {
    const [watchdog, task] = await Promise.allSettled([startWatchdog(args, io), registerTask(args, io, server)]);
    const noWatchdog = watchdog.status === 'rejected' ? reasonOf(watchdog) : undefined;
    const noTask = task.status === 'rejected' ? reasonOf(task) : undefined;
    if (noWatchdog !== undefined && noTask !== undefined) throw new Error(`${noWatchdog}; ${noTask}`);
    return [
      ...(noWatchdog === undefined
        ? []
        : [
            `There is no watchdog (${noWatchdog}): if this process ends, the run is taken back at the next start of the server.`,
          ]),
      ...(noTask === undefined
        ? []
        : [`There is no task at start-up (${noTask}): after a restart of the server, run stopgap recover.`]),
    ];
  };
