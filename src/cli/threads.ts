import {Refusal} from '../kit/refusal.ts';

/** `--threads`, where it was given. @throws Refusal USAGE.THREADS */
export const threadCount = (text: string | undefined): {readonly threads?: number} => {
  if (text === undefined) return {};
  if (/^[1-9]\d?$/.test(text)) return {threads: Number(text)};
  throw new Refusal('USAGE.THREADS', `"${text}" is no number of threads`, {next: [{label: 'Give 1 to 99'}]});
};
