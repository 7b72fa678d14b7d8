import {version} from '../../kit/version.ts';
import type {Happening, Listener} from '../happening.ts';
import {dailyFiles} from './daily-files.ts';
import {emLine} from './em-line.ts';
import {severityOf, wordingOf} from './wording.ts';

/*
 * The log that people know from V15\Logging\MitigationService: one file a day, kept for 30 days. The columns before the
 * component are ours: those of the EM service's own files are not published.
 */

const levels = {information: 'Information', warning: 'Warning', error: 'Error'} as const;

const components: Readonly<Partial<Record<Happening['is'], string>>> = {
  'feed-accepted': 'FetchMitigation',
  'feed-failed': 'FetchMitigation',
  'feed-stale': 'FetchMitigation',
  'mitigation-published': 'FetchMitigation',
  'trust-ending': 'FetchMitigation',
  applied: 'ApplyMitigation',
  failed: 'ApplyMitigation',
  'plan-waiting': 'ApplyMitigation',
  blocked: 'ApplyMitigation',
};

const sourceOf = (what: Happening): readonly (readonly [string, string])[] =>
  what.is === 'feed-failed' || what.is === 'failed' ? [['Source', what.code]] : [];

export const emLog = (folder: string): Listener => {
  const files = dailyFiles({
    folder,
    prefix: 'stopgap-mitigation-',
    suffix: '.log',
    keepDays: 30,
    head: (at) => `#Software: stopgap ${version}\n#Date: ${at}\n#Fields: date-time,server,component,data\n`,
  });
  return {
    name: 'mitigation log',
    tell: async ({at, host, what}) => {
      const text = emLine({
        component: components[what.is] ?? 'Agent',
        fields: [['LogLevel', levels[severityOf(what)]], ['Message', wordingOf(what)], ...sourceOf(what)],
      });
      await files.append(at, `${at},${host},${text}`);
    },
  };
};
