import {redact} from '../../../kit/redact.ts';
import type {CommandSettings} from '../../../operations/settings/notification.ts';
import {type Channel, noticeJson} from './channel.ts';

/** Starts a program of the administrator's and gives it text on standard input; rejects where it cannot be started. */
export type RunProgram = (program: {
  readonly file: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly timeoutMs: number;
}) => Promise<{readonly exitCode: number; readonly stderr: string}>;

/** A program that an administrator named; there is no shell, and nothing of the message becomes an argument. */
export const commandChannel = ({name, run, timeout, on}: CommandSettings, runProgram: RunProgram): Channel => ({
  name: `command ${name}`,
  on,
  send: async (notice) => {
    const [file, ...args] = run;
    const {exitCode, stderr} = await runProgram({file, args, input: noticeJson(notice), timeoutMs: timeout});
    if (exitCode === 0) return;
    const words = redact(stderr.trim()).slice(0, 300);
    throw new Error(`${file} ended with ${exitCode}${words === '' ? '' : `: ${words}`}`);
  },
});
