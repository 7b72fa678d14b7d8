import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';

export interface Program {
  /** The whole path. */
  readonly file: string;
  readonly args: readonly string[];
  /** What it reads on standard input. */
  readonly input: string;
  readonly timeoutMs: number;
}

/** Enough to say why; the rest is read and dropped. */
const mostCharacters = 10_000;
/** What it wrote last may come behind the news of its end. */
const lastWordsMs = 200;

const reasonOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error);

/**
 * Runs a program that an administrator named, until it ends itself: something that it starts and leaves behind is not waited for.
 * Node.js's own spawn and no execa, which hands to cmd.exe what is no .exe. Rejects where it cannot be started, was killed or takes
 * too long; it is ended then.
 */
export const runProgram = async ({
  file,
  args,
  input,
  timeoutMs,
}: Program): Promise<{readonly exitCode: number; readonly stderr: string}> => {
  const child = spawn(file, args, {stdio: ['pipe', 'ignore', 'pipe'], shell: false, windowsHide: true});
  // Whoever does not read its input closes it before it is written.
  child.stdin.on('error', () => undefined).end(input);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, mostCharacters);
  });
  const closed = once(child, 'close').catch(() => undefined);
  const exited = once(child, 'exit');
  const late = new AbortController();
  try {
    const [exitCode, signal]: unknown[] = await Promise.race([exited, pause(timeoutMs, [], {signal: late.signal})]);
    if (exitCode === undefined) {
      child.kill('SIGKILL');
      await exited;
      throw new Error(`${file} did not end within ${timeoutMs / 1000} seconds`);
    }
    if (typeof exitCode !== 'number') throw new Error(`${file} was killed: ${String(signal)}`);
    await Promise.race([closed, pause(lastWordsMs)]);
    return {exitCode, stderr};
  } catch (error) {
    if (child.pid === undefined) throw new Error(`${file} cannot be started: ${String(reasonOf(error))}`);
    throw error;
  } finally {
    late.abort();
    child.stderr.destroy();
  }
};
