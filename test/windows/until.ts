import {setTimeout as pause} from 'node:timers/promises';

/** Waits until something is so; a minute is long, even for a busy machine. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> => {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it never came to that: ${what}`);
    await pause(250);
  }
};
