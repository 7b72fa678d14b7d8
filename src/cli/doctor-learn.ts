import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {escapeLine} from '../kit/escape-control.ts';
import {readProbeAnswers} from '../operations/learn/answers.ts';
import {type Learnt, learn} from '../operations/learn/learn.ts';
import {rememberLearnt} from '../operations/learn/remember.ts';
import type {Answer, GlobalArgs, Io} from './command.ts';
import {openForRehearsal, stateDirOf} from './open-server.ts';

type Args = Pick<GlobalArgs, 'server' | 'state-dir'>;

const shown = (value: unknown): string => (value === null ? 'not settled' : String(value));

const textOf = ({appcmdVersion, capabilities, behaviour, answers}: Learnt, own: string): string =>
  [
    `Learnt of ${escapeLine(appcmdVersion)}:`,
    ...answers.map(({question, says}) => `  ${String(question).padStart(2)}  ${says}`),
    '',
    'What plans and predictions turn on:',
    ...Object.entries(capabilities).map(([name, value]) => `  ${name}: ${shown(value)}`),
    '',
    'For a sandbox that is to behave like that machine, in its server.json:',
    `  "behaviour": ${JSON.stringify(behaviour)}`,
    '',
    own === appcmdVersion
      ? 'It is the appcmd of this server: plans and rehearsals go by it from now on.'
      : `The appcmd of this server is another one, ${escapeLine(own)}: for it nothing changes. What was learnt is kept for the version that it was learnt of.`,
    '',
  ].join('\n');

/** Takes in the answers of docs/probe.ps1. @throws Refusal PROBE.INVALID, SERVER.NO_APPCMD */
export const learnFrom = async (name: string, args: Args, io: Io): Promise<Answer> => {
  const file = resolve(io.cwd, name);
  const learnt = learn(readProbeAnswers(file, await readFile(file, 'utf8')));
  const own = await (await openForRehearsal(args, io)).appcmdVersion();
  await rememberLearnt(stateDirOf(args, io), learnt);
  const data = {...learnt, own, counts: own === learnt.appcmdVersion};
  return {code: 'DOCTOR.LEARNT', exitCode: 0, data, text: textOf(learnt, own)};
};
