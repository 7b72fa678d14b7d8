import {unreachable} from '../kit/unreachable.ts';
import type {StepCommand} from '../plan/model.ts';
import {checkSentence, duration, short} from './sentences.ts';
import {cmdForm, powerShellForm} from './shell-form.ts';

/** One thing that a step does: a command line in both shells, or a sentence; and what must be true behind it. */
export interface ActView {
  readonly cmd: string | undefined;
  readonly powerShell: string | undefined;
  readonly sentence: string | undefined;
  readonly proves: readonly string[];
}

export const actViews = (commands: readonly StepCommand[]): readonly ActView[] => commands.map(actView);

const actView = (command: StepCommand): ActView => {
  switch (command.do) {
    case 'run':
      return {
        cmd: cmdForm(command.command),
        powerShell: powerShellForm(command.command),
        sentence: undefined,
        proves: command.after.map(
          (check) => `${checkSentence(check)}${command.settleMs > 0 ? `, within ${duration(command.settleMs)}` : ''}`,
        ),
      };
    case 'wait':
      return inWords(`wait, ${duration(command.timeoutMs)} at most: ${command.why}`, command.until.map(checkSentence));
    case 'look-again':
      return inWords(`look again after ${duration(command.afterMs)}`, command.expect.map(checkSentence));
    case 'restore-file':
      return inWords(`put the backup ${command.backup} back as ${command.path}`, [
        `${command.path} had SHA-256 ${short(command.from)} and has ${short(command.to)} then`,
      ]);
    default:
      return unreachable(command);
  }
};

const inWords = (sentence: string, proves: readonly string[]): ActView => ({
  cmd: undefined,
  powerShell: undefined,
  sentence,
  proves,
});
