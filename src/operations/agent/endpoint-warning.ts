import type {AgentMemory} from './memory.ts';

/** Refusals that mean: nothing came, or nothing that came was from the endpoint. Any other is about what it said. */
const unreached: ReadonlySet<string> = new Set([
  'FEED.UNREACHABLE',
  'FEED.DEADLINE',
  'FEED.TLS_INTERCEPTED',
  'FEED.HTTP_STATUS',
  'FEED.REDIRECT',
]);

// The words of Get-Mitigations, which people search for.
const known =
  'WARNING: Connection with Mitigation Endpoint was not successful. To enable connectivity please refer: https://aka.ms/HelpConnectivityEEMS';

/** What the agent's last check says of the feed; none: it brought one, or no agent has looked. */
export const endpointWarning = ({problem, failures, lastSuccess}: AgentMemory['feed']): readonly string[] => {
  if (problem === null) return [];
  const since = lastSuccess === null ? 'none has worked so far' : `the last one that worked was at ${lastSuccess}`;
  const count = failures === 1 ? 'The last check of the agent' : `The last ${failures} checks of the agent`;
  const happened = `${count} brought no feed (${since}): ${problem.message} [${problem.code}]`;
  return unreached.has(problem.code) ? [known, happened] : [`WARNING: ${happened}`];
};
