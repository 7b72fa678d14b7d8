import {fetchCrls} from '../feed/crls.ts';
import {askOcsp} from '../feed/ocsp.ts';
import type {TrustProfile} from '../trust/profile/profile.ts';
import {whyNotKeepCrl, whyNotKeepOcsp} from '../trust/revocation-keeping.ts';
import {type NetworkContext, networkOf} from './network.ts';
import {revocationSourcesBounded} from './revocation-bounded.ts';

export interface AskContext extends NetworkContext {
  /** Holds `crls/` and `ocsp/`. */
  readonly stateDir: string;
  readonly now: Date;
  /** `read`: what is fetched is used and not kept. */
  readonly cache: 'keep' | 'read';
}

export interface RevocationAnswers {
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly problems: readonly string[];
}

/** Asks lists and responders about the certificates of a feed, and only about a chain that is trusted but for revocation. */
export const askRevocation = async (
  bytes: Uint8Array,
  profiles: readonly TrustProfile[],
  context: AskContext,
): Promise<RevocationAnswers> => {
  const {stateDir, now, cache} = context;
  const {crlUrls, authorities, ocsp} = await revocationSourcesBounded(bytes, {profiles, now});
  if (crlUrls.length === 0 && ocsp.length === 0) return {crls: [], ocspResponses: [], problems: []};
  const common = {stateDir, now, cache, ...(await networkOf(context))};
  const [lists, replies] = await Promise.all([
    fetchCrls({
      ...common,
      urls: crlUrls,
      whyNotKeep: (fetched, kept) => whyNotKeepCrl(fetched, kept, authorities),
    }),
    askOcsp({
      ...common,
      questions: ocsp,
      whyNotKeep: (subject, fetched, kept) => whyNotKeepOcsp(fetched, kept, {subject, now}),
    }),
  ]);
  return {crls: lists.crls, ocspResponses: replies.responses, problems: [...lists.problems, ...replies.problems]};
};
