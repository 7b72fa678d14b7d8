import {readdirSync, readFileSync} from 'node:fs';
import {sandboxVariable} from './program.ts';

/** Fields of /proc/PID/stat behind the command name, which is in brackets and may hold anything. */
const statFields = (pid: number): readonly string[] | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
};

/** Ticks since boot at which the process started; '' where the system does not tell. */
export const startTimeOf = (pid: number): string => statFields(pid)?.[19] ?? '';

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const readOrEmpty = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return '';
  }
};

/** Whether a simulated program of that sandbox (`appcmd`, `sc`) runs, whoever started it. Known on Linux only. */
export const programRuns = (dir: string, program: string): boolean => {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    if (!readOrEmpty(`/proc/${pid}/environ`).split('\0').includes(`${sandboxVariable}=${dir}`)) return false;
    return readOrEmpty(`/proc/${pid}/cmdline`)
      .split('\0')
      .some((word) => word.includes(program));
  });
};

/** Whether that very process still runs; a zombie has ended, and another process may have got the same id. */
export const isSameProcess = ({pid, startTime}: {readonly pid: number; readonly startTime: string}): boolean => {
  if (process.platform !== 'linux') return exists(pid);
  const fields = statFields(pid);
  return fields !== undefined && fields[0] !== 'Z' && fields[19] === startTime;
};
