import {existsSync} from 'node:fs';
import {dirname, isAbsolute} from 'node:path';
import {Refusal} from '../../kit/refusal.ts';
import type {AgentProgram} from '../agent-host.ts';
import {othersWhoChange} from './access-text.ts';
import {diskPath} from './disk-path.ts';

/*
 * The agent runs as SYSTEM. Whoever can change its program is SYSTEM at the next start, and a folder that was made below C:\
 * lets every account do that.
 */

const refuse = (path: string, others: readonly string[]): never => {
  throw new Refusal('AGENT.PROGRAM_OPEN', `${path} would run as SYSTEM, and ${others.join(' and ')} can change it.`, {
    where: {file: path},
    next: [
      {
        label:
          'Put stopgap where only administrators write, C:\\Program Files\\stopgap, and install the agent from there',
      },
    ],
  });
};

/** The program, the script that it may run, and the folders of both. */
const partsOf = ({program, args: [script = '']}: AgentProgram): ReadonlySet<string> => {
  const files = isAbsolute(script) && existsSync(script) ? [program, script] : [program];
  return new Set(files.flatMap((file) => [file, dirname(file)]));
};

/** @throws Refusal AGENT.PROGRAM_OPEN */
export const checkProgram = async (agent: AgentProgram): Promise<void> => {
  const {accessOf, canonicalAccess} = await import('./api/access-list.ts');
  const {ownSid} = await import('./api/account.ts');
  const self = canonicalAccess(`O:${ownSid()}`).slice('O:'.length);
  for (const part of partsOf(agent)) {
    const others = othersWhoChange(accessOf(diskPath(part, process)), self);
    if (others.length > 0) refuse(part, others);
  }
};
