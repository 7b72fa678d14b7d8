import {appendedByExchange, attackSigns} from '../../src/operations/attack-signs.ts';
import {LogJudge} from '../../src/rewrite/logs/judge.ts';
import {Replay, type ReplayOptions} from '../../src/rewrite/logs/replay.ts';
import {type ReplayRules, ruleKey} from '../../src/rewrite/logs/replay-rules.ts';
import {Scanner} from '../../src/rewrite/logs/scanner.ts';
import type {RuleTally, Tally, Totals} from '../../src/rewrite/logs/tally.ts';
import {emptyLevel, type RewriteLevel} from '../../src/rewrite/model.ts';
import {elements, site} from '../rewrite/support.ts';

export const fieldsLine =
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken';

export const header = `#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2022-10-01 00:00:02\r\n${fieldsLine}\r\n`;

/** A line of the default fields; `url` is split at its question mark. */
export const logLine = (
  url: string,
  {
    time = '08:00:00',
    date = '2022-10-01',
    method = 'GET',
    client = '10.0.0.9',
    agent = 'Outlook/16.0',
    status = '200',
  } = {},
): string => {
  const [stem = '', query = ''] = url.split(/\?(.*)/s);
  return `${date} ${time} 10.0.0.1 ${method} ${stem} ${query === '' ? '-' : query} 443 - ${client} ${agent} - ${status} 0 0 31\r\n`;
};

/** The rules of the site root, all of them watched, as its applications inherit them. */
export const replayRules = (
  rules: string,
  {
    applications = ['/', '/owa', '/autodiscover'],
    others = {},
  }: {applications?: readonly string[]; others?: Partial<RewriteLevel>} = {},
): ReplayRules => {
  const inherited = elements(rules, site);
  return {
    site: {appended: appendedByExchange, encrypted: new Map([[443, true]])},
    signs: attackSigns,
    applications: applications.map((path) => {
      const configPath = `${site}${path}`.replace(/\/$/, '');
      const level = {...emptyLevel(configPath), rules: inherited, ...others};
      const watched = [
        ...level.rules.map((sourced) => ({sourced, section: 'rules' as const})),
        ...level.outboundRules.map((sourced) => ({sourced, section: 'outboundRules' as const})),
      ].map(({sourced, section}) => {
        const name = sourced.element.attributes.find(([attribute]) => attribute === 'name')?.[1] ?? '';
        return ruleKey({name, section, source: sourced.source});
      });
      return {path, configPath, level, watched, stopped: false};
    }),
  };
};

/** Replays a text in pieces of that many bytes. */
export const replayText = (
  log: string | Uint8Array,
  rules: ReplayRules,
  {look = 'candidates', piece = 100_000}: {look?: ReplayOptions['look']; piece?: number} = {},
): Totals => {
  const replay = new Replay(new LogJudge(rules, look === 'every-line' ? 'forgets' : 'keeps'), {
    look,
    fields: undefined,
    scanner: new Scanner(),
  });
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log;
  for (let at = 0; at < bytes.length; ) {
    const room = replay.room();
    const part = bytes.subarray(at, at + Math.min(room.length, piece));
    room.set(part);
    replay.wrote(part.length);
    at += part.length;
  }
  replay.finish();
  return replay.totals;
};

/** What a replay found for the only rule. */
export const onlyRule = ({rules}: Totals): RuleTally | undefined => [...rules.values()][0];

export const urlsOf = (tally: Tally | undefined): readonly string[] => tally?.examples.map(({url}) => url) ?? [];

/** Everything but how much had to be looked at: that is what the search saves. */
export const findings = ({requests, withoutFields, rules, untold, stopped}: Totals): unknown => ({
  requests,
  withoutFields,
  rules,
  untold,
  stopped,
});
