import {Refusal} from '../kit/refusal.ts';

/**
 * Makes sure that somebody takes a run back when nobody confirms it and the process that applied it is gone. Called before
 * anything is changed; resolves with what a person has to know of it.
 */
export type ConfirmGuard = () => Promise<readonly string[]>;

/** A promise that nobody keeps is none. @throws Refusal APPLY.CONFIRM_UNGUARDED */
export const requireGuard = async (guard: ConfirmGuard | undefined): Promise<readonly string[]> => {
  try {
    if (guard) return await guard();
  } catch (cause) {
    throw unguarded(cause);
  }
  throw unguarded(undefined);
};

const unguarded = (cause: unknown): Refusal => {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new Refusal(
    'APPLY.CONFIRM_UNGUARDED',
    `Nobody could take the change back if this process or the server went down, neither a watchdog nor a task at its next start${why}.`,
    {next: [{label: 'Apply without --confirm-within'}], cause},
  );
};
