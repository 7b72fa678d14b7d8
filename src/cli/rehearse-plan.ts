import {existsSync} from 'node:fs';
import {type Rehearsed, type RehearseRequest, rememberedForm} from '../operations/rehearse.ts';
import type {PlanOptions} from '../plan/options.ts';
import {capabilitiesFile} from '../rehearsal/capabilities-file.ts';
import type {GlobalArgs, Io} from './command.ts';
import {openForRehearsal, parseServer} from './open-server.ts';

type ServerArgs = Pick<GlobalArgs, 'server' | 'state-dir'>;

/** The form of commands that an earlier rehearsal found to work on this server; nothing is run to find out. */
export const formFor = async (args: ServerArgs, io: Io, stateDir: string): Promise<Pick<PlanOptions, 'commands'>> => {
  if (!existsSync(capabilitiesFile(stateDir)) || parseServer(args, io).kind === 'snapshot') return {};
  return rememberedForm(await openForRehearsal(args, io), stateDir);
};

export const rehearseNow = async (args: ServerArgs, io: Io, request: RehearseRequest): Promise<Rehearsed> => {
  const {rehearsePlan} = await import('../operations/rehearse.ts');
  return rehearsePlan(await openForRehearsal(args, io), request);
};
