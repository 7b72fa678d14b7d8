/*
 * A change that waits for its confirm must be taken back also where the machine went down meanwhile. A watchdog dies
 * with the machine; what the operating system starts at its own start does not.
 */

/** A command that the operating system runs when it starts, before anybody logs on. */
export interface StartUpTask {
  /** Names the task on its machine: letters, digits and hyphens. */
  readonly name: string;
  /** Absolute path of the program; `args` is an argv, never a line. */
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * A task runs at every start until it is removed: one that a second power failure cut off has to run again. The command
 * removes its own task when there is nothing left to do. It runs with the rights that changing the server needs.
 */
export interface StartUpTasks {
  /** Resolves when the next start of the machine will run it. Replaces a task of the same name. */
  register(task: StartUpTask): Promise<void>;
  /** Nothing where there is none of that name. */
  remove(name: string): Promise<void>;
}
