import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {sha256} from '../kit/hash.ts';
import {download, type NetworkOptions} from './network.ts';
import {type CachedAnswer, throughCache} from './revocation-cache.ts';

/* Responders that say whether one certificate is revoked. What they answer is signed, so plain http is what authorities use. */

export interface OcspQuestion {
  readonly url: string;
  /** In DER, and without a nonce: an answer to it is good until its own time is over. */
  readonly request: Uint8Array;
}

export interface OcspQuestions<Q extends OcspQuestion> extends NetworkOptions {
  readonly questions: readonly Q[];
  readonly stateDir: string;
  readonly now: Date;
  readonly cache: 'keep' | 'read';
  readonly whyNotKeep: (question: Q, fetched: Uint8Array, kept: Uint8Array | undefined) => string | undefined;
  readonly deadlineMs?: number;
}

export interface OcspReplies {
  readonly responses: readonly Uint8Array[];
  /** One sentence for each that could not be had or is not kept. */
  readonly problems: readonly string[];
}

const limitBytes = 64 * 1024;
const mostQuestions = 10;

const answerTo = <Q extends OcspQuestion>(
  question: Q,
  {stateDir, deadlineMs = 20_000, whyNotKeep, ...asked}: OcspQuestions<Q>,
): Promise<CachedAnswer> => {
  const {url, request} = question;
  const hosts = URL.canParse(url) ? [new URL(url).hostname] : [];
  const body = {type: 'application/ocsp-request', bytes: request};
  const rules = {protocols: ['http:', 'https:'] as const, hosts, limitBytes, deadlineMs, body};
  const path = join(stateDir, 'ocsp', `${sha256(`${url} ${sha256(request)}`)}.der`);
  return throughCache({
    ...asked,
    path,
    get: () => download(url, rules, asked),
    whyNotKeep: (fetched, kept) => whyNotKeep(question, fetched, kept),
  });
};

/** Asks responders about certificates, or the cache in `<state>/ocsp`. */
export const askOcsp = async <Q extends OcspQuestion>(asked: OcspQuestions<Q>): Promise<OcspReplies> => {
  const questions = asked.questions.slice(0, mostQuestions);
  if (asked.cache === 'keep' && questions.length > 0) {
    await mkdir(join(asked.stateDir, 'ocsp'), {recursive: true, mode: 0o700});
  }
  const found = await Promise.all(questions.map(async (one) => ({...(await answerTo(one, asked)), url: one.url})));
  return {
    responses: found.flatMap(({answers}) => answers),
    problems: found.flatMap(({url, problem}) =>
      problem === undefined ? [] : [`The OCSP responder ${url} gave nothing new: ${problem}`],
    ),
  };
};
