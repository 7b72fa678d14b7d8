import {spawn} from 'node:child_process';
import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {writeDurably} from '../../kit/durable-file.ts';
import {isMissing} from '../../kit/system-error.ts';
import type {StartUpTask, StartUpTasks} from '../start-up-task.ts';
import {sandboxStateFolder} from './runtime.ts';

/*
 * The task scheduler of the simulated server. It lies beside the runtime, never below C, and starts real processes of
 * this machine: a task is a program of stopgap's, which acts on the simulated server from outside like every other one.
 */

const tasks = z.array(z.strictObject({name: z.string(), program: z.string(), args: z.array(z.string())}));

const tasksFile = (dir: string): string => join(sandboxStateFolder(dir), 'start-up-tasks.json');

export const readStartUpTasks = async (dir: string): Promise<readonly StartUpTask[]> => {
  try {
    return tasks.parse(JSON.parse(await readFile(tasksFile(dir), 'utf8')));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

const write = async (dir: string, list: readonly StartUpTask[]): Promise<void> => {
  await mkdir(sandboxStateFolder(dir), {recursive: true});
  await writeDurably(tasksFile(dir), JSON.stringify(list, undefined, 2));
};

const without = async (dir: string, name: string): Promise<readonly StartUpTask[]> =>
  (await readStartUpTasks(dir)).filter((task) => task.name.toLowerCase() !== name.toLowerCase());

export const startUpTasksOf = (dir: string): StartUpTasks => ({
  register: async (task) => write(dir, [...(await without(dir, task.name)), task]),
  remove: async (name) => {
    const rest = await without(dir, name);
    if (rest.length < (await readStartUpTasks(dir)).length) await write(dir, rest);
  },
});

/** What the task scheduler does when the machine has started. @returns the names of what it started */
export const runStartUpTasks = async (dir: string): Promise<readonly string[]> => {
  const registered = await readStartUpTasks(dir);
  for (const {program, args} of registered) {
    spawn(program, args, {cwd: dir, detached: true, windowsHide: true, stdio: 'ignore'})
      .on('error', () => undefined)
      .unref();
  }
  return registered.map(({name}) => name);
};
