import type {Service} from '../../server/service.ts';
import {isOverdue} from '../agent/alive.ts';
import {type AgentMemory, readMemory} from '../agent/memory.ts';
import type {AgentSettings} from '../settings/agent.ts';
import {bad, type Diagnosis, good, warn} from './diagnosis.ts';
import {question} from './question.ts';

/** As `agent install` names it. */
const serviceName = 'stopgap';

export interface AgentSeen {
  readonly memory: Pick<AgentMemory, 'running' | 'lastCheck' | 'nextCheck'>;
  readonly times: Pick<AgentSettings, 'firstCheck' | 'every' | 'jitter'>;
  /** The Windows service; undefined: there is none, or it cannot be asked for here. */
  readonly service: Service | undefined;
  readonly now: Date;
}

const install = {label: 'Have it look every hour', command: 'stopgap agent install'};
const start = {label: 'Start it', command: 'stopgap agent start'};

export const judgeAgent = (seen: AgentSeen): Diagnosis => {
  const {memory, service} = seen;
  const {running, lastCheck} = memory;
  const last = lastCheck === null ? 'it has not checked yet' : `its last check was at ${lastCheck}`;
  if (service && service.state !== 'RUNNING')
    return bad(`the service ${service.name} is ${service.state}; ${last}`, start);
  if (running === null) {
    return lastCheck === null
      ? warn('no agent has run here: nobody looks for new mitigations', install)
      : warn(`no agent runs; ${last}`, start, install);
  }
  if (isOverdue(seen)) {
    return bad(`the agent that was started at ${running.startedAt} does not answer: ${last}`, start);
  }
  return good(`runs since ${running.startedAt}; ${last}`);
};

export const agent = question({
  ...{id: 'agent', title: 'Agent', of: 'here'},
  look: async ({reader, stateDir, usableSettings, at}): Promise<AgentSeen> => ({
    memory: await readMemory(stateDir),
    times: (await usableSettings()).agent,
    service: await reader.service(serviceName),
    now: at(),
  }),
  judge: judgeAgent,
});
