import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';

/*
 * A Windows session of Wine in a folder of its own. It is kept alive between programs, because its services die with it.
 */

export const loader = '/usr/lib/wine/wine64';

/** What a program printed and how it ended. Exit codes arrive here with their lowest 8 bits only. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

const environmentOf = (prefix: string): Record<string, string> => ({
  // Nothing of the environment of the tests: it would become the environment of Windows.
  PATH: '/usr/bin:/bin',
  HOME: prefix,
  WINEPREFIX: prefix,
  WINEARCH: 'win64',
  WINEDEBUG: '-all',
  // No offer to install Mono or Gecko.
  WINEDLLOVERRIDES: 'mscoree,mshtml=',
  DISPLAY: '',
});

export class Wine {
  readonly prefix: string;
  readonly #outputs: string;
  readonly #environment: Record<string, string>;
  #count = 0;

  constructor(folder: string) {
    this.prefix = join(folder, 'prefix');
    this.#outputs = join(folder, 'outputs');
    this.#environment = environmentOf(this.prefix);
    mkdirSync(this.#outputs, {recursive: true});
  }

  /** A new Windows. Node.js wants 8.1 or newer; Wine's default is 7. */
  async create(): Promise<void> {
    await this.#call('wineboot', '-i');
    await this.#call('winecfg', '-v', 'win10');
    // It can be told to stay only when it starts; told so before, it would keep two service control managers.
    await this.#call('wineserver', '-w');
    await this.#call('wineserver', '-p');
  }

  /** Ends every program of this Windows, and removes it. */
  async remove(): Promise<void> {
    // It may have ended already.
    await this.#call('wineserver', '-k').catch(() => undefined);
    rmSync(this.prefix, {recursive: true, force: true, maxRetries: 5, retryDelay: 200});
  }

  async #call(program: string, ...args: readonly string[]): Promise<void> {
    const child = spawn(program, args, {env: this.#environment, stdio: 'ignore', timeout: 120_000});
    const [exitCode]: unknown[] = await once(child, 'exit');
    if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}`);
  }

  /** Where a path of drive C lies here, found without regard to case. */
  hostPath(path: string): string {
    const parts = path.replace(/^C:\\/i, '').split('\\');
    return parts.reduce((folder, name) => join(folder, spelled(folder, name)), join(this.prefix, 'drive_c'));
  }

  /** Starts a Windows program; the child process here is that program, so its end and a kill are its own. */
  start(program: string, args: readonly string[] = [], variables: Readonly<Record<string, string>> = {}): Started {
    // A Windows program cannot write into a pipe of Linux (open EBADF): files it is.
    const files = ['out', 'err'].map((kind) => join(this.#outputs, `${this.#count}.${kind}`));
    this.#count++;
    const [out = 0, err = 0] = files.map((file) => openSync(file, 'w'));
    const child = spawn(loader, [program, ...args], {
      env: {...this.#environment, ...variables},
      stdio: ['ignore', out, err],
    });
    closeSync(out);
    closeSync(err);
    const ended = once(child, 'exit').then(([exitCode]: unknown[]) => {
      const [stdout = '', stderr = ''] = files.map((file) => readFileSync(file, 'utf8'));
      return {exitCode: typeof exitCode === 'number' ? exitCode : null, stdout, stderr};
    });
    return {child, ended};
  }

  run(...what: Parameters<Wine['start']>): Promise<Ended> {
    return this.start(...what).ended;
  }

  /** The same where anything but exit code 0 is a fault of the test. */
  async must(program: string, args: readonly string[] = []): Promise<string> {
    const {exitCode, stdout, stderr} = await this.run(program, args);
    if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${exitCode}\n${stdout}\n${stderr}`);
    return stdout;
  }
}

const spelled = (folder: string, name: string): string => {
  const names = (() => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  })();
  return names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
};
