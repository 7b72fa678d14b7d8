import {type AgentHost, agentNotInstalled, type HostStep} from '../agent-host.ts';
import {registerEventSource} from './agent-service.ts';
import {hostActions} from './host-actions.ts';
import {taskName, taskXml} from './task-xml.ts';

/*
 * The agent as a scheduled task, for a machine where a policy allows no new services. It starts with the machine, and every
 * hour where it does not run; it is ended hard, which the agent has to survive anyway.
 */

const name = taskName('agent');
const schtasks = (...args: readonly string[]) => ({do: 'run', program: 'schtasks.exe', args}) as const;

// schtasks answers 1 to everything; whether the task is there is asked first.
const isThere: HostStep = {...schtasks('/query', '/tn', name), refuse: {1: agentNotInstalled('scheduled task')}};

const end: HostStep = {...schtasks('/end', '/tn', name), already: [1]};

/** @param stateDir where the task's own description is kept, beside what the agent writes */
export const agentTask = (stateDir: string): AgentHost => {
  const file = `${stateDir}\\agent-task.xml`;
  return {
    name: `the scheduled task ${name}`,
    install: ({program, args}) => [
      {
        do: 'write',
        file,
        encoding: 'utf16le',
        text: taskXml({name: 'agent', program, args, hourly: true, description: 'stopgap agent'}),
      },
      schtasks('/create', '/tn', name, '/xml', file, '/f'),
      ...registerEventSource,
    ],
    uninstall: [isThere, end, schtasks('/delete', '/tn', name, '/f'), {do: 'remove', file}],
    start: [isThere, schtasks('/run', '/tn', name)],
    stop: [isThere, end],
    ...hostActions,
  };
};
