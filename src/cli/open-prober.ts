import {Refusal} from '../kit/refusal.ts';
import type {HealthProber} from '../server/server.ts';
import type {GlobalArgs, Io} from './command.ts';
import {openServer, parseServer} from './open-server.ts';

/** HTTP GET at the server, and nothing else that could change it. */
export const openProber = async (args: Pick<GlobalArgs, 'server' | 'state-dir'>, io: Io): Promise<HealthProber> => {
  if (parseServer(args, io).kind === 'snapshot') {
    throw new Refusal('SERVER.NO_ANSWERS', 'a snapshot is a copy: it answers no request', {
      next: [{label: 'Ask on the server itself', command: 'stopgap status --live'}],
    });
  }
  return (await openServer(args, io)).prober;
};
