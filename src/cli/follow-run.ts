import type {JournalEvent} from '../journal/model.ts';
import {escapeLine} from '../kit/escape-control.ts';
import type {GlobalArgs, Io} from './command.ts';
import {createLog} from './log.ts';

export interface FollowedRun {
  readonly onEvent: (event: JournalEvent, runId: string) => void;
  /** One object for each event, for --json. */
  readonly lines: readonly unknown[];
}

/** What a person wants to see while it happens; `undefined`: only with --verbose. */
const sentenceOf = (event: JournalEvent): string | undefined => {
  switch (event.type) {
    case 'step.intended':
      return `step ${event.step}`;
    case 'step.skipped':
      return `step ${event.step}: true already, skipped`;
    case 'command.intended':
      return event.act.do === 'run' ? `  ${event.act.tool} ${event.act.args.join(' ')}` : `  ${event.act.do}`;
    case 'step.failed':
      return `step ${event.step} failed: ${event.message}`;
    case 'step.undone':
      return `step ${event.step} taken back`;
    case 'file.backedUp':
      return `  backed up ${event.path}`;
    default:
      return undefined;
  }
};

/** The plan stands in its file and in the journal: repeating it would bury what happens. */
const briefly = (event: JournalEvent): unknown =>
  event.type === 'run.started' ? {type: event.type, runId: event.runId, planId: event.planId, kind: event.kind} : event;

/** Tells the log what a run does while it does it, and collects its events. */
export const follow = (args: Pick<GlobalArgs, 'verbose' | 'log-format'>, io: Io): FollowedRun => {
  const log = createLog(args, io);
  const lines: unknown[] = [];
  return {
    lines,
    onEvent: (event, runId) => {
      lines.push({run: runId, ...Object(briefly(event))});
      const sentence = sentenceOf(event);
      if (sentence === undefined) log.debug(`${runId} ${event.type}`);
      else if (event.type === 'step.failed') log.warn(escapeLine(sentence));
      else log.info(escapeLine(sentence));
    },
  };
};
