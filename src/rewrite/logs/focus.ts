import type {LogFields} from './fields.ts';
import type {LogSite} from './log-request.ts';
import {changesRequests, type Needs, needsOfInbound, needsOfOutbound} from './needs.ts';
import {type ReadyApplication, ruleKey} from './replay-rules.ts';

/** What the lines of one list of fields have to be looked at for. */
export interface Focus {
  /** Needs of each watched rule that can be told at all. */
  readonly groups: readonly (readonly string[])[];
  readonly everyLine: boolean;
  /** Rules that the log cannot tell anything about: their keys, and what is missing. */
  readonly blind: ReadonlyMap<string, readonly string[]>;
}

const needsOf = (
  {rules, watched}: ReadyApplication,
  log: {readonly fields: LogFields; readonly site: LogSite},
): readonly (readonly [string, Needs])[] => [
  ...[...rules.globalRules, ...rules.rules].flatMap((ready): (readonly [string, Needs])[] =>
    ready.rule.enabled && watched.has(ruleKey(ready.rule)) ? [[ruleKey(ready.rule), needsOfInbound(ready, log)]] : [],
  ),
  ...rules.outboundRules.flatMap((ready): (readonly [string, Needs])[] =>
    ready.rule.enabled && watched.has(ruleKey(ready.rule))
      ? [[ruleKey(ready.rule), needsOfOutbound(ready, rules, log)]]
      : [],
  ),
];

export const focusOn = (
  all: readonly ReadyApplication[],
  log: {readonly fields: LogFields; readonly site: LogSite},
): Focus => {
  const needs = new Map(all.flatMap((ready) => needsOf(ready, log)));
  const blind = new Map([...needs].filter(([, need]) => need.literals.length === 0 && need.untold.length > 0));
  const told = [...needs].filter(([key]) => !blind.has(key)).map(([, {literals}]) => literals);
  const changing = told.length > 0 && all.some(({rules}) => changesRequests(rules));
  return {
    groups: told.filter((literals) => literals.length > 0),
    everyLine: changing || told.some((literals) => literals.length === 0) || all.some((it) => it.application.stopped),
    blind: new Map([...blind].map(([key, {untold}]) => [key, untold])),
  };
};
