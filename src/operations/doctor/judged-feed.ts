import {resolve} from 'node:path';
import {readFeedFile} from '../../feed/feed-file.ts';
import type {Verification} from '../../trust/verify-feed.ts';
import {checkFeed} from '../verified-feed.ts';
import type {EndpointAnswer} from './endpoint-answer.ts';

/** The feed that came and what is to be thought of it; undefined: none came. */
export type JudgedFeed =
  | {readonly source: string; readonly bytes: Uint8Array; readonly verification: Verification}
  | undefined;

/** Judges as an acceptance would, and writes nothing. @throws Refusal FEED.*, TRUST_PROFILE.* */
export const judgeAnswer = async ({question, outcome}: EndpointAnswer, now: Date): Promise<JudgedFeed> => {
  const {source, cwd, stateDir, profiles, way} = question;
  if (outcome.is === 'refused') return undefined;
  const bytes = outcome.is === 'answered' ? outcome.answer.bytes : await readFeedFile(resolve(cwd, source));
  return {source, bytes, verification: await checkFeed(bytes, {...way, stateDir, cwd, now, profiles})};
};
