import {type ChildProcess, spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {settingsFile} from '../../src/operations/settings/read-settings.ts';
import {sc} from '../../src/server/command.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {webRootPem} from '../support/web-server.ts';
import {openPublisher, type Publisher} from './publisher.ts';

/*
 * An agent as it really lives: `stopgap agent run` in a process of its own, which can be killed, on a simulated server, with
 * a feed over TLS. Checks come as fast as they are done.
 */

const program = join(import.meta.dirname, '../../src/cli/main.ts');

export interface LiveAgent {
  readonly process: ChildProcess;
  /** What it has said on standard error so far. */
  readonly said: () => string;
  /** Resolves with the exit code; null: killed. */
  readonly ended: Promise<number | null>;
}

export interface Live {
  readonly lab: Lab;
  readonly publisher: Publisher;
  /** Starts `stopgap agent run`; nothing waits for it. */
  start(): LiveAgent;
  /** Resolves when no tool that outlived its agent works on this server any more. */
  toolsEnd(): Promise<void>;
  /** Resolves when no process has to do with this server any more, no watchdog either. */
  quiet(): Promise<void>;
}

/** Processes that have a word in that file of theirs below /proc. */
const processesWith = (file: 'cmdline' | 'environ', word: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);

const tools = (dir: string): readonly number[] => processesWith('environ', `STOPGAP_SANDBOX=${dir}`);
const all = (dir: string): readonly number[] => [...tools(dir), ...processesWith('cmdline', dir)];

const none = async (found: () => readonly number[]): Promise<void> => {
  for (let waited = 0; found().length > 0; waited += 100) {
    if (waited > 120_000) throw new Error(`processes are left: ${found().join(', ')}`);
    await pause(100);
  }
};

export const openLive = async (settings: string, every: string): Promise<Live> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  await lab.server.commands.run(sc('stop', 'MSExchangeMitigation'), {timeoutMs: 60_000});
  await lab.server.clock.sleep(60_000);
  await mkdir(lab.stateDir, {recursive: true, mode: 0o700});
  const publisher = await openPublisher(new Date());
  await publisher.trustedBy(lab.stateDir);
  await writeFile(settingsFile(lab.stateDir), settings.replaceAll('FEED', publisher.address));
  const roots = join(lab.dir, 'web-root.pem');
  await writeFile(roots, webRootPem);
  const args = ['agent', 'run', '--server', `sandbox:${lab.dir}`, '--first-check', '0s', '--every', every];
  return {
    lab,
    publisher,
    start: () => {
      const child = spawn(process.execPath, [program, ...args], {
        env: {...process.env, NODE_EXTRA_CA_CERTS: roots},
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr?.on('data', (data: Buffer) => {
        said += data.toString();
      });
      const ended = new Promise<number | null>((resolve) => {
        child.on('close', (code) => resolve(code));
      });
      return {process: child, said: () => said, ended};
    },
    toolsEnd: () => none(() => tools(lab.dir)),
    quiet: () => none(() => all(lab.dir)),
  };
};

/** Waits until something is so, and says what was said where it does not come. */
export const until = async (agent: LiveAgent, what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waited = 0; !(await isSo()); waited += 20) {
    if (waited > 90_000) throw new Error(`${what} did not come:\n${agent.said()}`);
    await pause(20);
  }
};

/** How often a sentence was said. */
export const times = (agent: LiveAgent, sentence: string): number => agent.said().split(sentence).length - 1;
