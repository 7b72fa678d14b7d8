import {randomBytes} from 'node:crypto';
import {rm, writeFile} from 'node:fs/promises';
import {Refusal} from '../../kit/refusal.ts';
import type {StartUpTasks} from '../start-up-task.ts';
import {joinWindowsPath} from '../windows-path.ts';
import {makeFolderFor} from './api/access-list.ts';
import {diskPath} from './disk-path.ts';
import {administratorsOnly} from './folder-guard.ts';
import {runSystemProgram} from './system-program.ts';
import {type ScheduledTask, taskName, taskXml} from './task-xml.ts';

/* Tasks of the task scheduler, in a folder of their own there: SYSTEM runs them when the machine starts. */

const timeoutMs = 60_000;

const schtasks = (...args: readonly string[]) => runSystemProgram({program: 'schtasks.exe', args}, timeoutMs);

const refuse = (name: string, verb: string, output: string): never => {
  throw new Refusal('SERVER.TASK_FAILED', `The task ${taskName(name)} cannot be ${verb}: ${output.trim()}`, {
    next: [{label: 'See what the task scheduler has', command: `schtasks /query /tn ${taskName(name)} /v /fo list`}],
  });
};

/** What the task runs as SYSTEM stands in the file for a moment: in a folder that only administrators can open. */
const withXmlFile = async <T>(xml: string, use: (file: string) => Promise<T>): Promise<T> => {
  const folder = joinWindowsPath(
    process.env['SystemRoot'] ?? 'C:\\Windows',
    'Temp',
    `stopgap-${randomBytes(8).toString('hex')}`,
  );
  makeFolderFor(diskPath(folder, process), administratorsOnly);
  try {
    const file = joinWindowsPath(folder, 'task.xml');
    await writeFile(file, `\uFEFF${xml}`, 'utf16le');
    return await use(file);
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};

/** @throws Refusal SERVER.TASK_FAILED */
const registerTask = async (task: ScheduledTask): Promise<void> => {
  const {exitCode, output} = await withXmlFile(taskXml(task), (file) =>
    schtasks('/create', '/tn', taskName(task.name), '/xml', file, '/f'),
  );
  if (exitCode !== 0) refuse(task.name, 'registered', output);
};

/** @throws Refusal SERVER.TASK_FAILED where it is still there afterwards */
const removeTask = async (name: string): Promise<void> => {
  const {exitCode, output} = await schtasks('/delete', '/tn', taskName(name), '/f');
  if (exitCode === 0) return;
  // schtasks answers 1 to everything: whether there was no such task is asked.
  if ((await schtasks('/query', '/tn', taskName(name))).exitCode === 0) refuse(name, 'removed', output);
};

export const scheduledTasks: StartUpTasks = {
  register: (task) =>
    registerTask({...task, hourly: false, description: 'stopgap: takes back a change that nobody confirmed in time'}),
  remove: removeTask,
};
