import type {LineOf} from '../journal/model.ts';
import {escapeLine} from '../kit/escape-control.ts';
import type {Canary} from '../plan/canary.ts';
import type {HealthProber, Server} from '../server/server.ts';
import {ask, spoken} from './probes.ts';
import {askUntilGood} from './warm-up.ts';

/*
 * What a read-back of files cannot tell: whether the running server refuses what a new rule must refuse. A canary is
 * answered before the change and refused after it.
 */

export type CanaryAnswer = LineOf<'canary.seen'>['answers'][number];

const askOne = async (prober: HealthProber, canary: Canary | CanaryAnswer): Promise<CanaryAnswer> => {
  const {rule, site, url, expected} = canary;
  const {status} = await ask(prober, {site, path: url});
  return {rule, site, url, expected, status};
};

export const askCanaries = async (
  prober: HealthProber,
  canaries: readonly (Canary | CanaryAnswer)[],
): Promise<readonly CanaryAnswer[]> => {
  const answers: CanaryAnswer[] = [];
  for (const canary of canaries) answers.push(await askOne(prober, canary));
  return answers;
};

/** One that is refused or not answered before there is a rule shows nothing when it is refused afterwards. */
export const showsNothing = ({status, expected}: CanaryAnswer): boolean =>
  typeof status !== 'number' || status === expected;

export interface CanaryVerdict {
  readonly answers: readonly CanaryAnswer[];
  /** Sentences; empty is good. */
  readonly failing: readonly string[];
  /** Sentences about rules of which nothing is known: a server that is slow neither proves nor disproves them. */
  readonly unknown: readonly string[];
}

/** Asks until every rule acts or the warm-up is over: a rule is in force once its application has loaded it. */
export const canariesAfter = async (
  {clock, prober}: Pick<Server, 'clock' | 'prober'>,
  {before, warmUpMs}: {readonly before: readonly CanaryAnswer[]; readonly warmUpMs: number},
): Promise<CanaryVerdict> => {
  const answers = await askUntilGood(clock, before, {ask: (canary) => askOne(prober, canary), good: acts, warmUpMs});
  const [unknown, known] = [answers.filter(isSilent), answers.filter((answer) => !isSilent(answer))];
  return {
    answers,
    failing: known.filter((answer) => !acts(answer)).map(sentence),
    unknown: unknown.map(notKnown),
  };
};

const acts = ({status, expected}: CanaryAnswer): boolean => status === expected;

const isSilent = ({status}: CanaryAnswer): boolean => status === 'none';

const notKnown = ({rule, site, url}: CanaryAnswer): string =>
  escapeLine(
    `The rule "${rule}" is not proven over HTTP: GET ${url} of ${site} was not answered in time. Once the server answers, stopgap status --live tells.`,
  );

const sentence = ({rule, site, url, status, expected}: CanaryAnswer): string =>
  escapeLine(
    `the rule "${rule}" does not act: GET ${url} of ${site} gives ${spoken(status)} where ${spoken(expected)} is expected`,
  );
