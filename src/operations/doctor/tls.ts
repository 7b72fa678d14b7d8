import {issuerWords, unexpectedIssuer} from '../../feed/tls-issuer.ts';
import {bad, type Diagnosis, good, notApplicable, unknown, warn} from './diagnosis.ts';
import type {EndpointAnswer} from './endpoint-answer.ts';
import {question} from './question.ts';

const letPass = (host: string) => ({label: `Have the inspecting proxy let ${host} pass unopened`});

/** A machine that trusts the root of an inspecting proxy connects without a word: only the issuer's name shows it. */
export const judgeTls = ({profiles, outcome}: Pick<EndpointAnswer, 'profiles' | 'outcome'>): Diagnosis => {
  if (outcome.is === 'file') return notApplicable('the feed is a file');
  if (outcome.is === 'refused') {
    const {code, message, next} = outcome.refusal;
    return code === 'FEED.TLS_INTERCEPTED'
      ? bad(`${message} [${code}]`, ...next)
      : unknown('no connection, so no certificate was seen');
  }
  const {host, issuer} = outcome.answer;
  const expected = profiles.filter(({hosts}) => hosts.includes(host)).flatMap(({tlsIssuers}) => tlsIssuers);
  const stranger = unexpectedIssuer(host, issuer, expected);
  if (stranger !== undefined) return warn(stranger, letPass(host));
  const who = issuer === undefined ? undefined : issuerWords(issuer);
  return good(`the certificate of ${host} was issued by ${who === undefined ? 'somebody unnamed' : `"${who}"`}`);
};

export const tls = question({
  ...{id: 'tls', title: 'TLS inspection', of: 'network'},
  look: (patient) => patient.endpoint(),
  judge: judgeTls,
});
