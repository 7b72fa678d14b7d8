import type {Logger} from 'pino';
import type {Listener} from '../../agent/happening.ts';
import {severityOf, wordingOf} from '../../agent/report/wording.ts';

const levels = {information: 'info', warning: 'warn', error: 'error'} as const;

/** What happens, on standard error, for whoever started the agent in a console. */
export const logListener = (log: Logger): Listener => ({
  name: 'log',
  tell: async ({what}) => log[levels[severityOf(what)]](wordingOf(what)),
});
