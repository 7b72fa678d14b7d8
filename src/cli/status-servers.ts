import {resolve} from 'node:path';
import {fileRefusal} from '../kit/file-refusal.ts';
import {isRefusal} from '../kit/refusal.ts';
import {journalStatus} from '../operations/journal-status.ts';
import type {Answer, Io} from './command.ts';
import {openReader} from './open-server.ts';
import {readServerStatus} from './server-status.ts';
import {type FleetMember, fleetCsv, fleetText, toldApart} from './status-servers-text.ts';
import {needsAttention} from './status-text.ts';

interface Args {
  readonly servers: readonly string[];
  readonly at?: string | undefined;
  readonly profile: readonly string[];
  readonly csv?: string | undefined;
  readonly 'detailed-exitcode': boolean;
}

const isServer = (name: string): boolean => /^(?:windows$|sandbox:|snapshot:)/.test(name);

const ofServer = async (name: string, {at, profile}: Args, io: Io): Promise<FleetMember> => {
  const named = {server: name, 'state-dir': undefined, at, profile};
  const status = await readServerStatus(named, io, {reader: await openReader(named, io)});
  const {hostName, broken, unfinished, unrestored, pendingConfirms} = status;
  return {
    name,
    host: hostName,
    rows: status.mitigations.map((row) => ({...row, server: hostName})),
    notes: [
      ...broken.map(({configPath, reason}) => `${hostName}: ${configPath} answers 500.19: ${reason}`),
      ...(unfinished === null ? [] : [`${hostName}: run ${unfinished} was interrupted`]),
      ...unrestored.map(({run}) => `${hostName}: run ${run} failed and could not be taken back`),
      ...pendingConfirms.map(({run, deadline, expired}) =>
        expired
          ? `${hostName}: run ${run} was not confirmed by ${deadline}: expired, not rolled back`
          : `${hostName}: run ${run} waits for its confirm until ${deadline}`,
      ),
    ],
    attention: needsAttention(status) || pendingConfirms.some(({expired}) => expired),
  };
};

const ofStateFolder = async (name: string, io: Io): Promise<FleetMember> => {
  const {hostName, mitigations, unfinished} = await journalStatus(resolve(io.cwd, name));
  const server = hostName ?? name;
  return {
    name,
    host: server,
    rows: mitigations.map((row) => ({...row, server})),
    notes: [
      `${server}: by its journals alone, the server was not looked at`,
      ...(unfinished === null ? [] : [`${server}: run ${unfinished} was interrupted`]),
    ],
    attention: unfinished !== null || mitigations.some(({status}) => status === 'Failed'),
  };
};

/** One that cannot be read is told like all others: a missing row would look like a server without mitigations. */
const unreadable = (name: string, error: unknown): FleetMember => {
  const refusal = isRefusal(error) ? error : fileRefusal(error);
  if (!refusal) throw error;
  const description = `${refusal.message} [${refusal.code}]`;
  const row = {
    server: name,
    id: '',
    type: '',
    description,
    status: 'Unreadable',
    details: [],
    run: null,
    since: null,
  } as const;
  return {name, rows: [row], notes: [], attention: true};
};

/** The same table for several servers, in the order in which they were named. */
export const statusOfServers = async (args: Args, io: Io): Promise<Answer> => {
  const members: FleetMember[] = [];
  for (const name of args.servers) {
    const member = isServer(name) ? ofServer(name, args, io) : ofStateFolder(name, io);
    members.push(await member.catch((error: unknown) => unreadable(name, error)));
  }
  if (args.csv !== undefined) {
    const {writeFile} = await import('node:fs/promises');
    await writeFile(resolve(io.cwd, args.csv), fleetCsv(toldApart(members)));
  }
  const attention = members.some((member) => member.attention);
  return {
    code: attention ? 'STATUS.ATTENTION' : 'STATUS.OK',
    exitCode: attention && args['detailed-exitcode'] ? 2 : 0,
    data: {servers: members},
    text: fleetText(toldApart(members), io.stdout.columns ?? 110),
  };
};
