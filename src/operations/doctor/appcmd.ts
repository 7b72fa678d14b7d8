import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import type {AppPoolState} from '../../server/service.ts';
import {bad, type Diagnosis, good, unknown, warn} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

/** What appcmd says about one pool; `undefined`: it knows none of that name. */
export interface AppcmdAnswer {
  readonly pool: string;
  readonly answer: AppPoolState | Refusal | undefined;
}

export const judgeAppcmd = ({pool, answer}: AppcmdAnswer | {pool: undefined; answer: undefined}): Diagnosis => {
  if (pool === undefined) return unknown('not asked: this server has no application pool to ask for');
  if (isRefusal(answer)) {
    return bad(`appcmd.exe does not answer: ${answer.message} [${answer.code}]`, ...answer.next, {
      label: 'It is part of IIS (feature Web-Server), in %windir%\\System32\\inetsrv',
    });
  }
  if (answer === undefined) {
    return warn(`appcmd.exe answers, and does not know "${pool}", which applicationHost.config names`, {
      label: 'See whether it reads another configuration',
      command: 'appcmd list apppool',
    });
  }
  if (answer === 'Unknown') {
    return warn(`appcmd.exe answers, and cannot tell the state of "${pool}": WAS or W3SVC is stopped`, {
      label: 'Start IIS',
      command: 'sc start W3SVC',
    });
  }
  return good(`answers: application pool "${pool}" is ${answer}`);
};

export const appcmd = question({
  ...{id: 'appcmd', title: 'appcmd.exe', of: 'programs'},
  look: async ({reader, configuration}) => {
    const [first] = (await configuration()).topology.pools;
    if (!first) return {pool: undefined, answer: undefined};
    const answer = await orRefusal(() => reader.appPoolState(first.name));
    return {pool: first.name, answer};
  },
  judge: judgeAppcmd,
});
