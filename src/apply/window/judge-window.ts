import type {Plan, StepCommand} from '../../plan/model.ts';
import {type Calendar, nextOpening, type Opening, openAt} from './openings.ts';

/** What the change windows say about starting a plan now. */
export type WindowVerdict =
  /** No window is configured. */
  | {readonly is: 'none'}
  | {readonly is: 'open'; readonly name: string; readonly until: Date}
  | {readonly is: 'closed'; readonly next: Opening | undefined}
  /** Open, but the plan would not be done in time. */
  | {
      readonly is: 'too-short';
      readonly name: string;
      readonly until: Date;
      readonly neededMs: number;
      readonly next: Opening | undefined;
    }
  /** Every mitigation of the plan is urgent by policy. */
  | {readonly is: 'urgent'};

/** Together with all that is open: two that follow each other without a gap are still two windows. */
export const judgeWindow = (calendar: Calendar, now: Date, neededMs: number): WindowVerdict => {
  if (calendar.windows.length === 0) return {is: 'none'};
  const open = openAt(calendar, now);
  if (!open) return {is: 'closed', next: nextOpening(calendar, now, neededMs)};
  const {window, until} = open;
  if (until.getTime() - now.getTime() >= neededMs) return {is: 'open', name: window.name, until};
  return {is: 'too-short', name: window.name, until, neededMs, next: nextOpening(calendar, now, neededMs)};
};

/*
 * An estimate on the safe side: a command of appcmd or sc takes a second or two and its effect some more, waiting takes as
 * long as it may, and the applications that were reloaded have to answer again.
 */
const commandMs = 10_000;
const warmUpMs = 60_000;

const lasts = (command: StepCommand): number => {
  switch (command.do) {
    case 'run':
    case 'restore-file':
      return commandMs;
    case 'wait':
      return command.timeoutMs;
    case 'look-again':
      return command.afterMs;
  }
};

export const estimatedMs = ({body}: Pick<Plan, 'body'>): number => {
  const steps = body.steps.filter(({status}) => status === 'to-do');
  if (steps.length === 0) return 0;
  return warmUpMs + steps.flatMap(({commands}) => commands).reduce((sum, command) => sum + lasts(command), 0);
};
