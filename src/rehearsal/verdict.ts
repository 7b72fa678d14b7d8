import type {Step, StepCommand} from '../plan/model.ts';
import {isConfigurationEdit} from '../server/scratch.ts';

/** What the server's own appcmd made of a step, compared with what was predicted. */
export type Verdict = 'exact' | 'same meaning' | 'different';

/** How the commands of a plan are formed. */
export type CommandForm = 'together' | 'stepwise';

export interface RehearsedStep {
  readonly step: string;
  readonly label: string;
  /** `failed`: a command ended with another exit code than 0. */
  readonly verdict: Verdict | 'failed';
  /** A sentence: what failed, which file differs; '' where there is nothing to say. */
  readonly why: string;
}

export interface RehearsedFile {
  readonly file: string;
  /** Unified diff of what really came out, as the server's file would change. */
  readonly diff: string;
}

export interface RehearsalReport {
  readonly form: CommandForm;
  readonly steps: readonly RehearsedStep[];
  readonly undo: {readonly verdict: 'exact' | 'same meaning' | 'different' | 'failed'; readonly why: string};
  readonly files: readonly RehearsedFile[];
  /** Files of the server that were hashed before and after, and are what they were. */
  readonly untouched: readonly string[];
}

const bad: ReadonlySet<string> = new Set(['different', 'failed']);

/** Whether every step and the way back came out as predicted, in meaning at least. */
export const passed = ({steps, undo}: RehearsalReport): boolean =>
  steps.every(({verdict}) => !bad.has(verdict)) && !bad.has(undo.verdict);

type Run = Extract<StepCommand, {do: 'run'}>;

const isEdit = (command: StepCommand): command is Run =>
  command.do === 'run' && command.command.tool === 'appcmd.exe' && isConfigurationEdit(command.command.args);

/** Only what edits configuration can be tried on a copy. */
export const editsOf = (commands: readonly StepCommand[]): readonly (readonly string[])[] =>
  commands.filter(isEdit).map(({command}) => command.args);

/** The configuration paths that the edits of steps name; '' is the server. */
export const configPathsOf = (steps: readonly Step[]): readonly string[] => [
  ...new Set(
    steps
      .flatMap(({commands, undo}) => [...editsOf(commands), ...editsOf(undo)])
      .map(([, object, path = '']) => (object?.toLowerCase() === 'config' && !/^[/-]/.test(path) ? path : '')),
  ),
];
