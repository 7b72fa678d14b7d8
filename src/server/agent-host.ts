import {type NextStep, Refusal} from '../kit/refusal.ts';

/*
 * What keeps the agent running: a service, a scheduled task, a unit of systemd. Each is made and taken away by steps that
 * are data, so that a person sees every one of them before it is done.
 */

export type HostStep =
  | {
      readonly do: 'run';
      /** As the host's runner knows it: `sc.exe`, `systemctl`. */
      readonly program: string;
      readonly args: readonly string[];
      /** Exit codes that say that it was so already: 1056, the service runs. */
      readonly already?: readonly number[];
      /** Exit codes with an answer of their own. */
      readonly refuse?: Readonly<Record<number, Refusal>>;
    }
  | {readonly do: 'write'; readonly file: string; readonly text: string; readonly encoding: 'utf8' | 'utf16le'}
  | {readonly do: 'remove'; readonly file: string};

/** The agent's own program: an absolute path and an argv. */
export interface AgentProgram {
  readonly program: string;
  readonly args: readonly string[];
}

export interface AgentHost {
  /** For a person: `the Windows service stopgap`. */
  readonly name: string;
  /** Looked at before anything is done. @throws Refusal AGENT.PROGRAM_OPEN */
  checkProgram(program: AgentProgram): Promise<void>;
  install(program: AgentProgram): readonly HostStep[];
  readonly uninstall: readonly HostStep[];
  readonly start: readonly HostStep[];
  readonly stop: readonly HostStep[];
  /** A step as a person would type it. */
  show(step: HostStep): string;
  /** What a program of a step answered. */
  run(program: string, args: readonly string[]): Promise<{readonly exitCode: number; readonly output: string}>;
  write(file: string, text: string, encoding: 'utf8' | 'utf16le'): Promise<void>;
  remove(file: string): Promise<void>;
}

/** @param what `Windows service`, `scheduled task`; what else it may be stands in `next` */
export const agentNotInstalled = (what: string, ...next: readonly NextStep[]): Refusal =>
  new Refusal('AGENT.NOT_INSTALLED', `The agent is not installed as a ${what} on this machine.`, {
    next: [...next, {label: 'Install it', command: 'stopgap agent install'}],
  });

export const agentInstalled = (): Refusal =>
  new Refusal('AGENT.INSTALLED', 'An agent is installed on this machine already.', {
    next: [
      {label: 'Keep it', command: 'stopgap agent start'},
      {label: 'Or take it away first', command: 'stopgap agent uninstall'},
    ],
  });

const failed = (line: string, {exitCode, output}: {exitCode: number; output: string}, done: number): Refusal =>
  new Refusal('AGENT.HOST_FAILED', `${line} failed with exit code ${exitCode}: ${output.trim()}`, {
    where: {command: line, exitCode},
    untouched:
      done === 0
        ? 'Nothing was changed.'
        : `${done} steps before it were done; nothing of IIS or Exchange was touched.`,
    next: [{label: 'Put right what it says, then do the same again'}],
  });

/** Does the steps in order, each shown first. @throws Refusal AGENT.INSTALLED, AGENT.NOT_INSTALLED, AGENT.HOST_FAILED */
export const doSteps = async (
  host: AgentHost,
  steps: readonly HostStep[],
  show: (line: string) => void,
): Promise<void> => {
  for (const [done, step] of steps.entries()) {
    const line = host.show(step);
    show(line);
    if (step.do === 'write') await host.write(step.file, step.text, step.encoding);
    else if (step.do === 'remove') await host.remove(step.file);
    else {
      const answer = await host.run(step.program, step.args);
      if (answer.exitCode === 0 || step.already?.includes(answer.exitCode)) continue;
      throw step.refuse?.[answer.exitCode] ?? failed(line, answer, done);
    }
  }
};
