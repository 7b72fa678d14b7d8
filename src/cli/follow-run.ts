import type {Act, JournalEvent} from '../journal/model.ts';
import {escapeLine} from '../kit/escape-control.ts';
import type {Plan} from '../plan/model.ts';
import {cmdForm} from '../preview/shell-form.ts';
import type {GlobalArgs, Io} from './command.ts';
import {createLog} from './log.ts';
import {jsonLine} from './print.ts';

export type OnEvent = (event: JournalEvent, runId: string) => void;

type NameOf = (step: string) => string;

/** What a person wants to see while it happens; `undefined`: only with --verbose. */
const sentenceOf = (event: JournalEvent, nameOf: NameOf): string | undefined => {
  switch (event.type) {
    case 'step.intended':
      return `step ${nameOf(event.step)}`;
    case 'step.skipped':
      return `step ${nameOf(event.step)}: true already, skipped`;
    case 'command.intended':
      return `  ${actSentence(event.act)}`;
    case 'step.failed':
      return `step ${nameOf(event.step)} failed: ${event.message}`;
    case 'step.undone':
      return `step ${nameOf(event.step)} taken back`;
    case 'canary.seen':
      return event.answers.map(({url, status}) => `canary ${url} ${event.when}: ${spokenStatus(status)}`).join(', ');
    case 'file.backedUp':
      return `  backed up ${event.path}`;
    default:
      return undefined;
  }
};

const spokenStatus = (status: number | 'reset' | 'none'): string =>
  typeof status === 'number' ? String(status) : 'no answer';

/** A command as a person would type it, so that what the log shows can be tried. */
const actSentence = (act: Act): string => {
  if (act.do !== 'run') return act.do;
  const {tool, args} = act;
  return tool === 'appcmd.exe' || tool === 'sc.exe' ? cmdForm({tool, args}) : [tool, ...args].join(' ');
};

/** The plan stands in its file and in the journal: repeating it would bury what happens. */
const briefly = (event: JournalEvent): unknown =>
  event.type === 'run.started' ? {type: event.type, runId: event.runId, planId: event.planId, kind: event.kind} : event;

/** The id alone, or with the title that the plan gives the step. */
const namedBy = (plan: Plan | undefined): NameOf => {
  const labels = new Map(plan?.body.steps.map(({id, label}) => [id, label]));
  return (step) => [step, ...(labels.has(step) ? [`(${labels.get(step)})`] : [])].join(' ');
};

/** Tells the log what a run does while it does it; `plan`: for someone who has not just seen it. */
export const follow = (args: Pick<GlobalArgs, 'verbose' | 'log-format'>, io: Io, plan?: Plan): OnEvent => {
  const log = createLog(args, io);
  const nameOf = namedBy(plan);
  return (event, runId) => {
    const sentence = sentenceOf(event, nameOf);
    if (sentence === undefined) log.debug(`${runId} ${event.type}`);
    else if (event.type === 'step.failed') log.warn(escapeLine(sentence));
    else log.info(escapeLine(sentence));
  };
};

/** The same as JSON Lines on standard output, each when it happens: a run that fails has told how far it came. */
export const streamEvents =
  (io: Io): OnEvent =>
  (event, runId) =>
    void io.stdout.write(jsonLine({run: runId, ...Object(briefly(event))}));
