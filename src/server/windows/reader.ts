import type {ServerReader} from '../server.ts';
import {createToolReader} from '../tool-reader.ts';
import {joinWindowsPath} from '../windows-path.ts';
import {runningImages} from './api/processes.ts';
import {machineRegistry} from './api/registry.ts';
import {isElevated} from './api/token.ts';
import {askExchange} from './exchange-settings.ts';
import {type Machine, readFacts} from './facts.ts';
import {windowsFiles} from './files.ts';
import {machineEnvironment} from './machine-environment.ts';
import {windowsRunner} from './runner.ts';

const readTimeoutMs = 60_000;

export const thisMachine: Machine = {
  registry: machineRegistry,
  files: windowsFiles,
  env: process.env,
  images: runningImages,
  elevated: isElevated,
};

/** This machine, as everything but apply, rollback and recovery may see it. Reads only: services and pools cost a process. */
export const openWindowsReader = async (): Promise<ServerReader> => {
  const root = machineEnvironment(machineRegistry, process.env)['SystemRoot'] ?? 'C:\\Windows';
  const exchange = askExchange();
  return {
    kind: 'windows',
    name: 'windows',
    configFolder: joinWindowsPath(root, 'System32\\inetsrv\\config'),
    facts: () => readFacts(thisMachine),
    readFile: windowsFiles.readFile,
    processRuns: async (image) => runningImages().has(image.toLowerCase()),
    exchangeSettings: exchange.settings,
    maintenanceMode: exchange.maintenance,
    ...createToolReader((command) => windowsRunner.run(command, {timeoutMs: readTimeoutMs})),
  };
};
