import {type Logger, pino} from 'pino';
import {escapeLine} from '../kit/escape-control.ts';
import {redact, redactJson} from '../kit/redact.ts';
import type {GlobalArgs, Io} from './command.ts';

type LogArgs = Pick<GlobalArgs, 'verbose' | 'log-format'>;

/**
 * The log, on standard error: one line a message for a person, JSON with --log-format json. It is written at once, so
 * that the last words before a crash are there. In a module of its own, because pino costs 80 ms that most runs save.
 */
export const createLog = (args: LogArgs, io: Io): Logger => {
  const write = args['log-format'] === 'json' ? (line: string) => `${redactJson(line)}\n` : readableLine;
  return pino(
    {
      level: args.verbose ? 'debug' : 'info',
      base: null,
      timestamp: () => `,"time":"${io.now().toISOString()}"`,
      formatters: {level: (label) => ({level: label})},
    },
    {write: (line: string) => void io.stderr.write(write(line))},
  );
};

/** `20:00:01 warn  the pool is slow to stop (pool=MSExchangeECPAppPool)` */
export const readableLine = (json: string): string => {
  const entry: unknown = JSON.parse(json);
  if (typeof entry !== 'object' || entry === null) return json;
  const {level, time, msg, ...rest} = Object.fromEntries(Object.entries(entry));
  const details = Object.entries(rest).map(([name, value]) => `${name}=${valueText(value)}`);
  const suffix = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${escapeLine(redact(`${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg)}${suffix}`))}\n`;
};

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
