import {isRefusal} from '../../kit/refusal.ts';
import type {ExchangeAnswer} from '../exchange-settings.ts';
import {type ExchangeReport, exchangeScript, parseExchangeReport} from './exchange-script.ts';
import {runSystemProgram} from './system-program.ts';

/** The tools of Exchange take seconds to load, and longer where the directory is slow. */
const timeoutMs = 180_000;
/** Both questions of one check are answered by one run. */
const keptMs = 60_000;

const ask = async (): Promise<ExchangeReport> => {
  // Base64 of UTF-16: no quoting on any way there.
  const encoded = Buffer.from(exchangeScript, 'utf16le').toString('base64');
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-EncodedCommand', encoded];
  try {
    const {output} = await runSystemProgram({program: 'WindowsPowerShell\\v1.0\\powershell.exe', args}, timeoutMs);
    return parseExchangeReport(output);
  } catch (error) {
    if (isRefusal(error)) return {known: false, why: error.message};
    throw error;
  }
};

export interface ExchangeQuestions {
  settings(): Promise<ExchangeAnswer>;
  maintenance(): Promise<string | undefined>;
}

/** Asks Exchange's own tools on this machine, which only read here. */
export const askExchange = (): ExchangeQuestions => {
  let last: {readonly at: number; readonly report: Promise<ExchangeReport>} | undefined;
  const report = (): Promise<ExchangeReport> => {
    const now = performance.now();
    if (last === undefined || now - last.at > keptMs) last = {at: now, report: ask()};
    return last.report;
  };
  return {
    settings: async () => {
      const answer = await report();
      return answer.known ? {known: true, settings: answer.settings} : answer;
    },
    maintenance: async () => {
      const answer = await report();
      return answer.known ? answer.maintenance : undefined;
    },
  };
};
