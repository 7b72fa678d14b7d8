import {type Registry, textIn} from './registry.ts';

/*
 * Variables that IIS configuration files may use. Those of the machine count, not those of whoever runs us: a console that
 * was opened before Exchange was installed does not know ExchangeInstallPath. No others are taken, because snapshots carry
 * them to other machines.
 */
const names = [
  'SystemDrive',
  'SystemRoot',
  'windir',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'CommonProgramFiles',
  'ProgramData',
  'ExchangeInstallPath',
];

const key = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';

export type Variables = Readonly<Record<string, string>>;

/** @param process the variables of this process; Windows finds them without regard to case */
export const machineEnvironment = (
  registry: Registry,
  process: Readonly<Record<string, string | undefined>>,
): Variables => {
  const own = new Map(Object.entries(process).map(([name, value]) => [name.toLowerCase(), value]));
  const entries = names.flatMap((name) => {
    const set = textIn(registry, key, name);
    const value = set === undefined || set.includes('%') ? own.get(name.toLowerCase()) : set;
    return value === undefined ? [] : [[name, value] as const];
  });
  const found = Object.fromEntries(entries);
  const root = found['SystemRoot'] ?? 'C:\\Windows';
  // What only worker processes and IIS's own tools have in their environment.
  return {...found, SystemRoot: root, IIS_BIN: `${root}\\System32\\inetsrv`};
};
