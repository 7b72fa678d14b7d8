import {hostname} from 'node:os';
import type {FileReader, ServerFacts} from '../server.ts';
import {joinWindowsPath} from '../windows-path.ts';
import {readExchange} from './exchange-installation.ts';
import {machineEnvironment} from './machine-environment.ts';
import {peVersion} from './pe-version.ts';
import {numberIn, type Registry} from './registry.ts';
import {findSetupBlockers} from './setup-blockers.ts';

/** What of this machine the facts are made of. */
export interface Machine {
  readonly registry: Registry;
  readonly files: FileReader;
  /** Variables of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Image names of the processes that run, in lower case. */
  readonly images: () => ReadonlySet<string>;
  readonly elevated: () => boolean;
}

const iisKey = 'SOFTWARE\\Microsoft\\InetStp';

const iisVersion = (registry: Registry): string => {
  const [major, minor] = ['MajorVersion', 'MinorVersion'].map((name) => numberIn(registry, iisKey, name));
  return major === undefined || minor === undefined ? 'not installed' : `${major}.${minor}`;
};

/** Version of a file below System32\inetsrv; `undefined`: it is not there. */
export const inetsrvVersion = async ({registry, files, env}: Machine, name: string): Promise<string | undefined> => {
  const root = machineEnvironment(registry, env)['SystemRoot'] ?? '';
  const bytes = await files.readFile(joinWindowsPath(root, 'System32', 'inetsrv', name));
  return bytes && peVersion(bytes);
};

export const readFacts = async (machine: Machine): Promise<ServerFacts> => {
  const {registry, files, env} = machine;
  return {
    hostName: hostname(),
    ...(await readExchange(registry, files)),
    urlRewriteVersion: await inetsrvVersion(machine, 'rewrite.dll'),
    iisVersion: iisVersion(registry),
    environment: machineEnvironment(registry, env),
    setupBlockers: findSetupBlockers(registry, machine.images()),
    elevated: machine.elevated(),
  };
};
