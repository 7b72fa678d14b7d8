import type {NextStep, Refusal} from '../../kit/refusal.ts';
import {bad, type Diagnosis, good, notApplicable} from './diagnosis.ts';
import type {EndpointAnswer} from './endpoint-answer.ts';
import {question} from './question.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const wantsPassword = ({cause}: Refusal): boolean => cause instanceof Error && /\b407\b/.test(cause.message);

/** What usually lies behind a failure, by the operating system's code for it. */
const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there, or a firewall says no: check the address, the proxy and its port',
  ENOTFOUND: 'The name is not known here: check DNS, or name the proxy, which then resolves it',
  EAI_AGAIN: 'The DNS server does not answer: check it, or name the proxy, which then resolves the name',
  CERT_HAS_EXPIRED: 'Its certificate has ended: check the clock of this machine first',
  CERT_NOT_YET_VALID: 'Its certificate does not count yet: check the clock of this machine first',
};

const remedyFor = (refusal: Refusal): readonly NextStep[] => {
  if (wantsPassword(refusal)) {
    return [
      {label: 'Have the proxy let this server pass without a password (407): stopgap keeps no credentials for proxies'},
    ];
  }
  if (refusal.code === 'FEED.DEADLINE') {
    return [{label: 'A firewall that drops packets looks so: allow 443 outbound to the host, or name the proxy'}];
  }
  const known = remedies[codeOf(refusal.cause)];
  return known === undefined ? refusal.next : [{label: known}];
};

const unresolved = ['ENOTFOUND', 'EAI_AGAIN'];

/** Undefined: it was not the name of the proxy that nobody knows. */
const proxyUnknown = ({cause}: Refusal, proxy: EndpointAnswer['proxy']): Diagnosis | undefined => {
  if (!proxy || !unresolved.includes(codeOf(cause)) || !URL.canParse(proxy.proxy)) return undefined;
  const {hostname, host} = new URL(proxy.proxy);
  if (!(cause instanceof Error && 'hostname' in cause && cause.hostname === hostname)) return undefined;
  return bad(
    `the name of the proxy itself, ${hostname}, cannot be resolved (${codeOf(cause)}): ${host} is the proxy ${proxy.by}`,
    {label: `Correct the proxy where it is named, or let DNS know ${hostname}`},
    {label: 'Name another one', command: 'stopgap settings set proxy http://HOST:PORT --reason WHY'},
  );
};

export const judgeEndpoint = ({url, proxy, outcome, question: {source}}: EndpointAnswer): Diagnosis => {
  switch (outcome.is) {
    case 'file':
      return notApplicable(`the feed is a file, ${source}`);
    case 'answered':
      return good(`${url?.href ?? source} answered with ${outcome.answer.bytes.length} bytes`);
    case 'refused': {
      const unknown = proxyUnknown(outcome.refusal, proxy);
      if (unknown) return unknown;
      return bad(`${outcome.refusal.message} [${outcome.refusal.code}]`, ...remedyFor(outcome.refusal), {
        label: 'Name a proxy, if there is one',
        command: 'stopgap settings set proxy http://HOST:PORT --reason WHY',
      });
    }
  }
};

export const endpoint = question({
  ...{id: 'endpoint', title: 'Feed endpoint', of: 'network'},
  look: (patient) => patient.endpoint(),
  judge: judgeEndpoint,
});
