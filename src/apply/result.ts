import type {RunOutcome} from '../journal/model.ts';

export interface StepReport {
  readonly step: string;
  readonly outcome: 'done' | 'skipped' | 'failed' | 'undone' | 'not-undone' | 'not-run';
}

/** What became of a run: data for the screen and for programs. */
export interface RunResult {
  readonly runId: string;
  readonly outcome: RunOutcome;
  readonly exitCode: 0 | 3 | 4 | 5;
  /** null where it went well; else APPLY.FAILED_RESTORED, APPLY.FAILED_NOT_RESTORED, or the code of the refusal. */
  readonly code: string | null;
  /** What went wrong first, in one sentence; empty where nothing did. */
  readonly message: string;
  /** In the order of the plan. */
  readonly steps: readonly StepReport[];
  readonly notes: readonly string[];
  /** One sentence for each thing that a person has to do now. */
  readonly mustDo: readonly string[];
}

const exitCodes = {done: 0, 'nothing-to-do': 0, refused: 3, restored: 4, 'not-restored': 5} as const;

export const exitCodeOf = (outcome: RunOutcome): RunResult['exitCode'] => exitCodes[outcome];

export const codeOf = (outcome: RunOutcome, cause: string): string | null => {
  switch (outcome) {
    case 'done':
    case 'nothing-to-do':
      return null;
    case 'refused':
      return cause;
    case 'restored':
      return 'APPLY.FAILED_RESTORED';
    case 'not-restored':
      return 'APPLY.FAILED_NOT_RESTORED';
  }
};

/** Somebody stopped it between two steps, and it waits for recovery. */
export const isStopped = ({code, exitCode}: Pick<RunResult, 'code' | 'exitCode'>): boolean =>
  code === 'APPLY.STOPPED' && exitCode === 5;
