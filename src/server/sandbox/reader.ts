import {resolve} from 'node:path';
import type {ServerFacts, ServerReader} from '../server.ts';
import {exchangeAnswer} from '../server-json.ts';
import {createToolReader} from '../tool-reader.ts';
import {configFolderOf, environmentOf, readDescription} from './description.ts';
import {openDisk} from './disk.ts';
import {programRuns} from './process-identity.ts';
import {sandboxRunner} from './runner.ts';
import {readRuntime, simulatedNow} from './runtime.ts';
import {allServices, processesRun} from './sc/manager.ts';

export interface SandboxOptions {
  /** Calls the programs as functions instead of starting them: for tests that need many. */
  readonly inProcess?: boolean;
}

const readTimeoutMs = 60_000;

/** The programs that we start ourselves: they are processes of the machine that simulates. */
const simulated: ReadonlyMap<string, string> = new Map([
  ['appcmd.exe', 'appcmd'],
  ['sc.exe', 'sc'],
]);

const factsOf = (dir: string): ServerFacts => {
  const {hostName, exchange, urlRewrite, iis, setupBlockers, elevated, ...rest} = readDescription(dir);
  return {
    hostName,
    exchange: exchange
      ? {build: exchange.build, buildSource: exchange.buildSource ?? 'server.json', role: exchange.role}
      : undefined,
    exchangeUnreadable: undefined,
    urlRewriteVersion: urlRewrite ?? undefined,
    iisVersion: iis,
    environment: environmentOf({hostName, exchange, urlRewrite, iis, setupBlockers, elevated, ...rest}),
    setupBlockers,
    elevated,
  };
};

/** Looks at a sandbox; no way to change it is built. Facts and files cost no process, services and pools do. */
export const openSandboxReader = async (dir: string, options: SandboxOptions = {}): Promise<ServerReader> => {
  const folder = resolve(dir);
  const disk = openDisk(folder);
  const runner = sandboxRunner(folder, {inProcess: options.inProcess ?? false});
  const tools = createToolReader((command) => runner.run(command, {timeoutMs: readTimeoutMs}));
  return {
    kind: 'sandbox',
    name: `sandbox:${dir}`,
    configFolder: configFolderOf(readDescription(folder)),
    now: () => {
      const realTime = new Date();
      return new Date(simulatedNow(readRuntime(folder, realTime), realTime));
    },
    facts: async () => factsOf(folder),
    readFile: async (path) => disk.read(path),
    processRuns: async (image) => {
      const program = simulated.get(image.toLowerCase());
      if (program !== undefined) return programRuns(folder, program);
      const realTime = new Date();
      const now = simulatedNow(readRuntime(folder, realTime), realTime);
      return allServices({dir: folder, realTime, description: readDescription(folder)}).some(
        (service) =>
          service.processes.some((name) => name.toLowerCase() === image.toLowerCase()) && processesRun(service, now),
      );
    },
    exchangeSettings: async () => exchangeAnswer(readDescription(folder)),
    maintenanceMode: async () => readDescription(folder).maintenanceMode,
    ...tools,
  };
};
