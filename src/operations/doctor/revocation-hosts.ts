import {fetchCrls} from '../../feed/crls.ts';
import {revocationSourcesBounded} from '../revocation-bounded.ts';
import {type Diagnosis, good, notApplicable, unknown, warn} from './diagnosis.ts';
import {question} from './question.ts';

export interface RevocationSeen {
  readonly urls: readonly string[];
  /** One sentence for each list that could not be had. */
  readonly problems: readonly string[];
}

export const judgeRevocationHosts = (seen: RevocationSeen | undefined): Diagnosis => {
  if (seen === undefined) return unknown('no feed came whose certificates name revocation lists');
  const {urls, problems} = seen;
  if (urls.length === 0)
    return notApplicable('no trusted certificate of the feed names a revocation list that is asked');
  if (problems.length === 0) return good(`had: ${urls.join(', ')}`);
  const hosts = [...new Set(urls.map((url) => new URL(url).host))].join(', ');
  return warn(problems.join('; '), {
    label: `Allow port 80 outbound to ${hosts}, or through the proxy: without it a revoked signer may go unnoticed`,
  });
};

export const revocationHosts = question({
  ...{id: 'revocation-hosts', title: 'Revocation lists', of: 'network'},
  look: async (patient): Promise<RevocationSeen | undefined> => {
    const judged = await patient.feed();
    if (!judged) return undefined;
    const {profiles, question: asked} = await patient.endpoint();
    const now = patient.at();
    const {crlUrls} = await revocationSourcesBounded(judged.bytes, {profiles, now});
    const {stateDir, deadlineMs} = patient;
    const request = {stateDir, now, deadlineMs, cache: 'read', whyNotKeep: () => undefined, urls: crlUrls} as const;
    const {problems} = await fetchCrls({...request, ...(await asked.network())});
    return {urls: crlUrls, problems};
  },
  judge: judgeRevocationHosts,
});
