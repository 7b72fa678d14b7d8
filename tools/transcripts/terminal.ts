import {type ChildProcess, spawn} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runCli} from '../../src/cli/run-cli.ts';

/*
 * A terminal that writes down what was typed and what came. A command runs as it would at a prompt, in a process of its own
 * where that process is to be killed; what differs from one run to the next (times, digests) is written as something that
 * does not.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'src/cli/main.ts');

export const projectPath = (path: string): string => join(root, path);

interface Shown {
  /** Of a long answer only the last lines. */
  readonly last?: number;
  /** Only what stands before the line that begins so. */
  readonly upTo?: string;
  /** Typed and run, but no part of what is told. */
  readonly silent?: true;
}

export interface Terminal {
  /** Folder in which everything is typed. */
  readonly folder: string;
  /** A sentence between two commands. */
  say(text: string): void;
  heading(text: string): void;
  stopgap(line: string, shown?: Shown): Promise<number>;
  /** Another program. */
  run(file: string, args: readonly string[]): Promise<number>;
  /** Starts a command and resolves when it has said the words. */
  start(line: string, until: string): Promise<ChildProcess>;
  /** Something that was done by other means than a command of stopgap. */
  typed(line: string): void;
  text(): string;
}

interface Ended {
  readonly exitCode: number;
  readonly text: string;
}

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '');

export const openTerminal = (folder: string): Terminal => {
  const lines: string[] = [];
  const env = {...process.env, NODE_COMPILE_CACHE: join(folder, '.compiled')};

  const ended = (child: ChildProcess): Promise<Ended> =>
    new Promise((resolve, reject) => {
      let out = '';
      let log = '';
      child.stdout?.on('data', (data: Buffer) => {
        out += data.toString();
      });
      child.stderr?.on('data', (data: Buffer) => {
        log += data.toString();
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({exitCode: code ?? -1, text: told(code ?? -1, out, log)}));
    });

  const show = (typed: string, {exitCode, text}: Ended, shown: Shown = {}): number => {
    if (shown.silent) return exitCode;
    const answer = cutDown(text.trimEnd().split('\n'), shown);
    lines.push(`$ ${typed}`, ...answer.filter((line, index) => line !== '' || index > 0));
    if (exitCode !== 0) lines.push(`[exit code ${exitCode}]`);
    lines.push('');
    return exitCode;
  };

  return {
    folder,
    say: (text) => void lines.push('```', '', text, '', '```'),
    heading: (text) => void lines.push('```', '', `## ${text}`, '', '```'),
    typed: (line) => void lines.push(`$ ${line}`, ''),
    stopgap: async (line, shown) => {
      const out: string[] = [];
      const log: string[] = [];
      const exitCode = await runCli(words(line), {
        stdout: {write: (text) => out.push(text)},
        stderr: {write: (text) => log.push(text)},
        now: () => new Date(),
        cwd: folder,
        env: process.env,
      });
      return show(`stopgap ${line}`, {exitCode, text: told(exitCode, out.join(''), log.join(''))}, shown);
    },
    run: async (file, args) => {
      const child = spawn(file, args, {cwd: folder, stdio: ['ignore', 'pipe', 'pipe']});
      return show([file, ...args].join(' '), await ended(child));
    },
    start: (line, until) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [program, ...words(line)], {
          cwd: folder,
          env,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        let said = '';
        child.stdout?.on('data', (data: Buffer) => {
          said += data.toString();
          if (!said.includes(until) || !said.endsWith('\n')) return;
          show(`stopgap ${line} &`, {exitCode: 0, text: said});
          child.stdout?.removeAllListeners('data');
          resolve(child);
        });
        child.once('exit', (code) => reject(new Error(`stopgap ${line} ended with ${code} before it said "${until}"`)));
      }),
    text: () => steady(fenced(lines), folder),
  };
};

const cutDown = (answer: readonly string[], {last, upTo}: Shown): readonly string[] => {
  const end = upTo === undefined ? -1 : answer.findIndex((line) => line.startsWith(upTo));
  if (end !== -1) return [...answer.slice(0, end), '[...]'];
  return last !== undefined && answer.length > last ? ['[...]', ...answer.slice(-last)] : answer;
};

/** The log of a run that went well only repeats what its answer says. */
const told = (exitCode: number, out: string, log: string): string => (exitCode === 0 ? out : out + refusalIn(log));

/** What a refusal says stands behind the log lines. */
const refusalIn = (log: string): string => {
  const at = log.search(/^(?:refused|failed)/m);
  return at === -1 ? log : log.slice(at);
};

/** Blocks of what was typed between the sentences; none that is empty. */
const fenced = (lines: readonly string[]): string =>
  ['```', ...lines, '```', '']
    .join('\n')
    .replace(/```\n+```\n?/g, '')
    .replace(/\n+```/g, '\n```')
    .replace(/^\n+/, '')
    .replace(/\n{3,}/g, '\n\n');

/** The same text for the same story: times become minutes of one evening in the order in which they come. */
const steady = (text: string, folder: string): string => {
  const known = new Map<string, string>();
  const minute = (time: string): string => {
    const seen = known.get(time) ?? new Date(Date.UTC(2026, 10, 21, 20, known.size)).toISOString();
    known.set(time, seen);
    return seen;
  };
  return text
    .replaceAll(folder, '.')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, minute)
    .replace(/\b[0-9a-f]{12,64}\b/g, (digest) => '0'.repeat(digest.length));
};
