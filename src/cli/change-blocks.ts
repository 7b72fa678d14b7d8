import {escapeLine} from '../kit/escape-control.ts';
import {isAlive} from '../operations/agent/alive.ts';
import {readMemory} from '../operations/agent/memory.ts';
import {lookAtServer} from '../operations/agent/standing.ts';
import {blockIds, unblockIds} from '../operations/settings/block.ts';
import {blockMeaning, unblockMeaning} from '../operations/settings/block-meaning.ts';
import {readSettings} from '../operations/settings/read-settings.ts';
import {account} from './account.ts';
import type {Answer, GlobalArgs, Io} from './command.ts';
import {openServer, stateDirOf} from './open-server.ts';

interface BlockArgs extends Pick<GlobalArgs, 'server' | 'state-dir'> {
  readonly ids: readonly string[];
  readonly organization: boolean;
  readonly profile: readonly string[];
  readonly reason: string;
}

/** Changes the list and says what that will mean on this server. */
export const changeBlocks = async (what: 'block' | 'unblock', args: BlockArgs, io: Io): Promise<Answer> => {
  const {ids, profile, reason} = args;
  const server = await openServer(args, io);
  const stateDir = stateDirOf(args, io);
  const level = args.organization ? ('organization' as const) : ('server' as const);
  const change = what === 'block' ? blockIds : unblockIds;
  const {file, before, after} = await change(server, ids, {level, stateDir, by: account(), reason});
  const context = {stateDir, cwd: io.cwd, now: server.clock.now(), profiles: profile, env: io.env};
  const {standings} = await lookAtServer(server, context);
  const settings = await readSettings(stateDir);
  const alive = isAlive({memory: await readMemory(stateDir), times: settings.agent, now: context.now});
  const sentences = ids.flatMap((id) =>
    what === 'block' ? blockMeaning(id, standings) : unblockMeaning(id, standings, {settings, alive}),
  );
  const head = before === after ? `${escapeLine(file)} says so already` : `${what}ed in ${escapeLine(file)}`;
  return {
    code: what === 'block' ? 'BLOCK.DONE' : 'UNBLOCK.DONE',
    exitCode: 0,
    data: {ids, level, file, before, after, meaning: sentences},
    text: [head, ...sentences.map((sentence) => `  ${escapeLine(sentence)}`)].join('\n'),
  };
};
