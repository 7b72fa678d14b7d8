import type {Verification} from '../../trust/verify-feed.ts';
import {bad, type Diagnosis, good, unknown, warn} from './diagnosis.ts';
import {question} from './question.ts';

export const judgeFeed = (
  seen: {readonly source: string; readonly verification: Verification} | undefined,
): Diagnosis => {
  if (seen === undefined) return unknown('no feed came that could be judged: see the endpoint');
  const {source, verification} = seen;
  const look = {label: 'See each check', command: `stopgap feed verify ${source}`};
  if (!verification.verified) {
    return bad(`fetched, and not accepted: ${verification.reason} [${verification.code}]`, look);
  }
  const {feed, warnings} = verification;
  const evidence = `fetched, verified and acceptable: signed by "${feed.signer}", profile "${feed.profile}"`;
  return warnings.length === 0 ? good(evidence) : warn(`${evidence}. ${warnings.join(' ')}`, look);
};

export const feed = question({
  ...{id: 'feed', title: 'Feed accepted', of: 'network'},
  look: (patient) => patient.feed(),
  judge: judgeFeed,
});
