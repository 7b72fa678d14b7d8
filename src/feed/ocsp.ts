import {isRefusal} from '../kit/refusal.ts';
import {download, type NetworkOptions} from './network.ts';

export interface OcspQuestions extends NetworkOptions {
  /** Requests in DER and the responders that they are for. */
  readonly questions: readonly {readonly url: string; readonly request: Uint8Array}[];
  readonly deadlineMs?: number;
}

export interface OcspReplies {
  readonly responses: readonly Uint8Array[];
  /** One sentence for each that could not be had. */
  readonly problems: readonly string[];
}

const limitBytes = 64 * 1024;
const mostQuestions = 10;

/** Asks responders about certificates. What they answer is signed, so plain http is what authorities use. */
export const askOcsp = async ({questions, deadlineMs, ...network}: OcspQuestions): Promise<OcspReplies> => {
  const responses: Uint8Array[] = [];
  const problems: string[] = [];
  for (const {url, request} of questions.slice(0, mostQuestions)) {
    const hosts = URL.canParse(url) ? [new URL(url).hostname] : [];
    const body = {type: 'application/ocsp-request', bytes: request};
    const rules = {protocols: ['http:', 'https:'] as const, hosts, limitBytes, deadlineMs: deadlineMs ?? 20_000, body};
    try {
      responses.push(await download(url, rules, network));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      problems.push(`The OCSP responder ${url} gave no answer: ${error.message}`);
    }
  }
  return {responses, problems};
};
