import type {CommandRef} from '../journal/model.ts';
import type {OpenCommand, RunProgress} from '../journal/progress.ts';
import {Refusal} from '../kit/refusal.ts';
import type {Step, StepCommand} from '../plan/model.ts';
import {expectedBefore, provenBy} from './checks.ts';
import {childIsGone, toolIsGone} from './child.ts';
import {describeCommand} from './describe.ts';
import type {Execution} from './execution.ts';
import {isPending, pollUntil, whatDiffers} from './look.ts';
import {needsVerdict, recoveryVerdict, type Verdict} from './recovery-decision.ts';

export interface Judged {
  readonly ref: CommandRef;
  readonly verdict: Verdict;
  /** For a person, where the verdict is diverged: both states, and what differs from each. */
  readonly found: string;
}

// appcmd and sc begin and end in a second or two; a service or pool that stops may take the time of its worker.
const graceMs = 10_000;
const pendingMs = 180_000;

/**
 * Finds out how the last intended command ended. The process may have outlived us, so its end is awaited before anybody
 * looks, and then the end of what it set in motion.
 * @throws Refusal RECOVER.CHILD_RUNNING
 */
export const judgeOpenCommand = async (
  execution: Execution,
  steps: readonly Step[],
  open: OpenCommand,
  progress: RunProgress,
): Promise<Judged> => {
  const {ref} = open;
  const step = steps.find(({id}) => id === ref.step);
  const command = (ref.phase === 'do' ? step?.commands : step?.undo)?.[ref.index];
  if (!step || !command || !needsVerdict(steps, open)) return {ref, verdict: 'never-ran', found: ''};
  await awaitEnd(execution, open, command);
  const after = provenBy(command);
  const reached = (progress.steps.get(step.id)?.lastDo ?? -1) + 1;
  const before = expectedBefore(step, {phase: ref.phase, index: ref.index, reached});
  const notAfter = await pollUntil(execution, after, {
    timeoutMs: pendingMs,
    worthIt: () => isPending(execution.server, after),
  });
  const notBefore =
    before.length === 0 ? ['the plan does not say what was there'] : await whatDiffers(execution, before);
  const verdict = recoveryVerdict({
    after: after.length > 0 && notAfter.length === 0,
    before: notBefore.length === 0,
  });
  const what = describeCommand(command);
  const found = `${what} neither took effect (not true: ${notAfter.join('; ')}) nor left things alone (not true: ${notBefore.join('; ')}).`;
  return {ref, verdict, found};
};

const awaitEnd = async ({server}: Execution, open: OpenCommand, command: StepCommand): Promise<void> => {
  if (command.do !== 'run') return;
  const {tool} = command.command;
  const {process} = open;
  if (process === undefined) {
    if (open.ended) return;
    // Between the start of a program and the line that names it: let it end, whichever it is.
    await server.clock.sleep(graceMs);
    if (!(await toolIsGone(server, tool))) throw stillRuns(tool, undefined);
  } else if (!(await childIsGone(server, process))) {
    throw stillRuns(tool, process.pid);
  }
};

const stillRuns = (tool: string, pid: number | undefined): Refusal =>
  new Refusal(
    'RECOVER.CHILD_RUNNING',
    `${tool} ${pid === undefined ? '' : `(process ${pid}) `}still runs; what it will change is not known yet.`,
    {
      untouched: 'Recovery changed nothing.',
      next: [{label: 'Wait for its end or end it'}, {label: 'Then recover again', command: 'stopgap recover'}],
      exitCode: 5,
    },
  );
