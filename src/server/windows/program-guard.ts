import {existsSync, realpathSync} from 'node:fs';
import {dirname, isAbsolute} from 'node:path';
import {Refusal} from '../../kit/refusal.ts';
import type {AgentProgram} from '../agent-host.ts';
import {othersWhoChange, othersWhoMove} from './access-text.ts';
import {diskPath} from './disk-path.ts';

/*
 * The agent runs as SYSTEM. Whoever can change its program is SYSTEM at the next start, and a folder that was made below C:\
 * lets every account do that.
 */

const refuse = (path: string, others: readonly string[]): never => {
  throw new Refusal(
    'AGENT.PROGRAM_OPEN',
    `The agent would run as SYSTEM out of ${path}, and ${others.join(' and ')} can change that.`,
    {
      where: {file: path},
      next: [
        {
          label:
            'Put stopgap where only administrators write, C:\\Program Files\\stopgap, and install the agent from there',
        },
      ],
    },
  );
};

const above = (folder: string): readonly string[] => {
  const parent = dirname(folder);
  return parent === folder ? [] : [parent, ...above(parent)];
};

interface Parts {
  /** The program, the script that it may run, and the folders of both. */
  readonly near: ReadonlySet<string>;
  /** All folders above: whoever can rename one of them puts others in the place of what lies in it. */
  readonly far: ReadonlySet<string>;
}

/** By the names that were given, and where links in them lead. */
const partsOf = ({program, args: [script = '']}: AgentProgram): Parts => {
  const named = isAbsolute(script) && existsSync(script) ? [program, script] : [program];
  const files = named.flatMap((file) => [file, realpathSync(file)]);
  const folders = files.map((file) => dirname(file));
  return {near: new Set([...files, ...folders]), far: new Set(folders.flatMap(above))};
};

/** @throws Refusal AGENT.PROGRAM_OPEN */
export const checkProgram = async (agent: AgentProgram): Promise<void> => {
  const {canonicalAccess} = await import('./api/access-list.ts');
  const {accessOf} = await import('./api/access-of.ts');
  const {ownSid} = await import('./api/account.ts');
  const self = canonicalAccess(`O:${ownSid()}`).slice('O:'.length);
  const check = (paths: ReadonlySet<string>, who: typeof othersWhoMove): void => {
    for (const path of paths) {
      const others = who(accessOf(diskPath(path, process)).sddl, self);
      if (others.length > 0) refuse(path, others);
    }
  };
  const {near, far} = partsOf(agent);
  check(near, othersWhoChange);
  check(far, othersWhoMove);
};
