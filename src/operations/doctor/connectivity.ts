import type {Examined} from './question.ts';

/** What Test-MitigationServiceConnectivity would print; it only asks whether something answers. */
export interface Connectivity {
  readonly result: 'Success' | 'Failed';
  readonly message: string;
  /** What an answer alone does not say: fetched, verified and accepted. */
  readonly trusted: boolean;
}

// The words of that script, which people search for.
const messages = {
  Success: 'The Mitigation Service endpoint is accessible from this computer.',
  Failed:
    'Unable to connect to the Mitigation Service endpoint from this computer. To learn about connectivity requirements, see https://aka.ms/HelpConnectivityEEMS.',
} as const;

/** undefined: no endpoint was asked. */
export const connectivityOf = (examined: readonly Examined[]): Connectivity | undefined => {
  const verdictOf = (id: string) => examined.find((one) => one.id === id)?.verdict;
  const endpoint = verdictOf('endpoint');
  if (endpoint !== 'good' && endpoint !== 'bad') return undefined;
  const result = endpoint === 'good' ? 'Success' : 'Failed';
  return {result, message: messages[result], trusted: verdictOf('feed') === 'good' || verdictOf('feed') === 'warn'};
};
