import {type RewriteRules, readLevel} from '../level.ts';
import type {RewriteLevel} from '../model.ts';
import type {RuleTrace} from '../trace.ts';
import {normalizePath, splitUrl} from '../url.ts';
import type {LogSite} from './log-request.ts';

/** A sign that a request is an attack, not a proof: looked for in the decoded URL, or in the URL as it was sent. */
export interface AttackSign {
  readonly name: string;
  readonly in: 'decoded-url' | 'url' | 'headers';
  readonly pattern: RegExp;
}

/** What a replay holds requests against. Plain data: it is handed to other threads. */
export interface ReplayRules {
  readonly site: LogSite;
  readonly applications: readonly ReplayApplication[];
  readonly signs: readonly AttackSign[];
}

/** An application, or a folder below it that has rules of its own. */
export interface ReplayApplication {
  /** `/`, `/app` or `/app/folder`. */
  readonly path: string;
  /** Of the application: requests to folders below count as its. */
  readonly configPath: string;
  /** With the change that is tried. */
  readonly level: RewriteLevel;
  /** Keys of the rules whose effect is counted. */
  readonly watched: readonly string[];
  /** Whether the change stops the application altogether. */
  readonly stopped: boolean;
}

/** What makes a rule one rule for every application that inherits it. */
export const ruleKey = ({name, section, source}: Pick<RuleTrace, 'name' | 'section' | 'source'>): string =>
  [section, source.file, source.line, name].join('\n');

/** An application with its rules made ready. */
export interface ReadyApplication {
  readonly application: ReplayApplication;
  readonly rules: RewriteRules;
  readonly watched: ReadonlySet<string>;
  /** Whether a watched rule is about answers. */
  readonly outbound: boolean;
}

/** By path in lower case, '' for the root. */
export type ReadyApplications = ReadonlyMap<string, ReadyApplication>;

export const readyApplications = ({applications}: ReplayRules): ReadyApplications =>
  new Map(
    applications.map((application): [string, ReadyApplication] => {
      const rules = readLevel(application.level);
      const watched = new Set(application.watched);
      const outbound = rules.outboundRules.some(({rule}) => watched.has(ruleKey(rule)));
      return [application.path.replace(/\/+$/, '').toLowerCase(), {application, rules, watched, outbound}];
    }),
  );

/** The one with the longest path that the URL is at or below. */
export const applicationOf = (url: string, applications: ReadyApplications): ReadyApplication | undefined => {
  const path = normalizePath(splitUrl(url).path).toLowerCase();
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const found = applications.get(path.slice(0, end));
    if (found) return found;
  }
  return applications.get('');
};
