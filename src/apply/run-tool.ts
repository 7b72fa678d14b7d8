import {escapeLine} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import {isRefusal} from '../kit/refusal.ts';
import type {StepCommand} from '../plan/model.ts';
import type {CommandResult, StartedProcess} from '../server/command.ts';
import {childIsGone} from './child.ts';
import {describeCommand} from './describe.ts';
import type {Execution, Failure, Outcome, Placed} from './execution.ts';
import {allHold, isPending, pollUntil} from './look.ts';
import {retryDelay} from './transient.ts';

type RunCommand = Extract<StepCommand, {do: 'run'}>;

/** What the program left behind when it ended. It is evidence; whether it worked is read back from the server. */
interface Evidence {
  readonly exitCode: number | null;
  readonly error: string | null;
  /** The process, where it did not end within its time. */
  readonly alive: StartedProcess | undefined;
}

/**
 * appcmd prints its success line before the commit and then may fail with exit code 32, and it fails with 1062 on what
 * is stopped already: neither its words nor its exit code decide, the after-checks do.
 */
export const runTool = async (execution: Execution, placed: Placed<RunCommand>): Outcome => {
  const {ref, command} = placed;
  if (command.after.length > 0 && (await allHold(execution, command.after))) {
    await execution.journal.append({type: 'command.skipped', ...ref});
    return undefined;
  }
  for (let attempt = 1; ; attempt++) {
    const evidence = await runOnce(execution, placed, attempt);
    if (evidence.alive) return stillRuns(command, evidence.alive);
    const differing = await readBack(execution, command, evidence);
    if (differing.length === 0) {
      noteExit(execution, command, {evidence, attempt});
      return undefined;
    }
    const delay = retryDelay(evidence.exitCode, attempt);
    if (delay === undefined) return unproven(command, {evidence, attempt, differing});
    await execution.server.clock.sleep(delay);
  }
};

const runOnce = async (
  {server, journal, touched}: Execution,
  {ref, command}: Placed<RunCommand>,
  attempt: number,
): Promise<Evidence> => {
  const {tool, args} = command.command;
  // On disk before the program exists: what is not written down is never undone. The line may not move.
  await journal.append({type: 'command.intended', ...ref, attempt, act: {do: 'run', tool, args: args.map(redact)}});
  if (ref.phase === 'do') touched.add(ref.step);
  let started: StartedProcess | undefined;
  let line: Promise<void> = Promise.resolve();
  const onStarted = async (process: StartedProcess): Promise<void> => {
    started = process;
    line = journal.append({type: 'command.started', pid: process.pid, startTime: process.startTime});
    // The program runs whether or not its line can be written; its end is waited for either way.
    await line.catch(() => undefined);
  };
  const began = server.clock.now().getTime();
  const result = await ran(() => server.commands.run(command.command, {timeoutMs: command.timeoutMs, onStarted}));
  await line;
  const durationMs = Math.max(0, server.clock.now().getTime() - began);
  await journal.append({type: 'command.done', durationMs, ...result});
  const ended = result.error === null || started === undefined || (await childIsGone(server, started));
  return {...result, alive: ended ? undefined : started};
};

const ran = async (
  run: () => Promise<CommandResult>,
): Promise<{exitCode: number | null; stdout: string; error: string | null}> => {
  try {
    const {exitCode, stdout} = await run();
    return {exitCode, stdout: redact(stdout), error: null};
  } catch (error) {
    return {exitCode: null, stdout: '', error: isRefusal(error) ? error.code : 'SERVER.TOOL_CRASHED'};
  }
};

/** After a failure nothing is waited for, unless something is visibly on its way. */
const readBack = async (
  execution: Execution,
  {after, settleMs}: RunCommand,
  {exitCode}: Evidence,
): Promise<readonly string[]> => {
  if (after.length === 0) return exitCode === 0 ? [] : ['nothing can be read back, so the exit code decides'];
  if (exitCode === 0) return pollUntil(execution, after, {timeoutMs: settleMs});
  return pollUntil(execution, after, {timeoutMs: settleMs, worthIt: () => isPending(execution.server, after)});
};

const ending = ({exitCode, error}: Evidence): string =>
  exitCode === null ? `no exit code (${error})` : `exit code ${exitCode}`;

const noteExit = (
  {notes}: Execution,
  command: RunCommand,
  {evidence, attempt}: {evidence: Evidence; attempt: number},
): void => {
  const line = describeCommand(command);
  if (evidence.exitCode !== 0) notes.push(`${line}: ${ending(evidence)}, yet what it should bring about is true.`);
  if (attempt > 1) notes.push(`${line}: succeeded at try ${attempt}.`);
};

const unproven = (
  command: RunCommand,
  {evidence, attempt, differing}: {evidence: Evidence; attempt: number; differing: readonly string[]},
): Failure => ({
  code: evidence.exitCode === 0 ? 'APPLY.NOT_EFFECTIVE' : 'APPLY.COMMAND_FAILED',
  message: `${describeCommand(command)}: ${ending(evidence)}${attempt > 1 ? ` after ${attempt} tries` : ''}, and it is not true that ${differing.join('; ')}.`,
});

const stillRuns = (command: RunCommand, {pid}: StartedProcess): Failure => ({
  code: 'APPLY.CHILD_RUNNING',
  message: `${describeCommand(command)} did not end in its time and still runs as process ${escapeLine(String(pid))}.`,
  halt: true,
});
