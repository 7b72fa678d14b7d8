import {shellWord} from '../kit/shell-word.ts';
import type {Finding, Plan} from '../plan/model.ts';
import {refusingFindings} from '../plan/refusals.ts';
import type {LogImpact} from './impact-figures.ts';

export interface PreviewOptions {
  /** The file the plan stands in; undefined: a dry run that wrote nothing. */
  readonly planFile?: string | undefined;
  /** The command line that makes this plan, `stopgap plan M1 --server sandbox:lab`, where it is known. */
  readonly again?: string | undefined;
  /** Shows only steps of which something stops working; numbers stay. */
  readonly only?: 'disruptive' | undefined;
  /** What a replay of logs found; on the HTML page alone. */
  readonly impact?: LogImpact | undefined;
}

/** What to do with the plan that was just read. */
export interface NextView {
  readonly sentence: string;
  readonly commands: readonly string[];
}

export const nextOf = (plan: Plan, options: PreviewOptions): NextView => {
  const {body, meta} = plan;
  const at = meta.server === 'windows' ? '' : ` --server ${shellWord(meta.server)}`;
  const again = options.again ?? `stopgap ${body.purpose === 'apply' ? 'plan' : body.purpose} ...${at}`;
  const open = refusingFindings(body);
  if (open.length > 0) return refused(open, again);
  if (body.findings.some(({code}) => code === 'IIS.BROKEN_ALREADY') && body.steps.length === 0) {
    return {
      sentence: 'Nothing is planned, but IIS refuses the configuration (500.19): see the findings.',
      commands: [],
    };
  }
  // What is gone already still has to leave the books: that is a run without a step.
  const closes = body.mitigations.some(({status}) => status === 'to-remove');
  if (!closes && body.steps.every(({status}) => status === 'done')) {
    return {sentence: 'Nothing is to be done: everything that the plan wants is so already.', commands: []};
  }
  if (body.purpose === 'rollback' || body.purpose === 'prepare-upgrade') {
    return {sentence: 'This was a dry run, nothing was written or changed. To carry it out:', commands: [again]};
  }
  if (options.planFile === undefined) {
    return {
      sentence: 'This was a dry run, nothing was written or changed. Keep the plan with -o, then apply it:',
      commands: [`${again} -o plan.json`, `stopgap apply plan.json${at}`],
    };
  }
  return {
    sentence: 'To carry it out inside of a change window, or at once:',
    commands: [
      `stopgap apply ${shellWord(options.planFile)}${at}`,
      `stopgap apply ${shellWord(options.planFile)}${at} --now`,
    ],
  };
};

const refused = (open: readonly Finding[], again: string): NextView => {
  const codes = [...new Set(open.map(({code}) => code))];
  const all = open.every(({acceptable}) => acceptable);
  return {
    sentence: `The plan is refused because of ${codes.join(', ')}. ${
      all ? 'Remove the cause, or accept it with a reason:' : 'Remove the cause and plan again.'
    }`,
    commands: all ? [`${again} ${codes.map((code) => `--accept ${code}`).join(' ')} --reason "why"`] : [],
  };
};

/** The reason for which a refusing finding was let pass; undefined: it was not, or never can be. */
export const acceptanceOf = (
  {severity, code, acceptable}: Finding,
  accepted: Plan['body']['accepted'],
): string | undefined =>
  severity === 'refuse' && acceptable ? accepted.find((one) => one.code === code)?.reason : undefined;
