import type {GlobalArgs, Io} from '../command.ts';
import {stateDirOf} from '../open-server.ts';

/**
 * The state folder, where the command line or this machine names one: its trust profiles count. undefined where a feed is only
 * looked at, somewhere that is no server.
 */
export const knownStateDir = (
  args: Pick<GlobalArgs, 'server' | 'state-dir'>,
  io: Io,
  platform: string = process.platform,
): string | undefined =>
  args.server === undefined && args['state-dir'] === undefined && platform !== 'win32'
    ? undefined
    : stateDirOf(args, io);
