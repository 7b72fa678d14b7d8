/**
 * Services that are never stopped, in lower case: without them there is no web server, no directory, no cluster or no
 * mail store. A service that one of them needs is not stopped either.
 */
export const protectedServices: ReadonlySet<string> = new Set(
  [
    'W3SVC',
    'WAS',
    'HTTP',
    'AppHostSvc',
    'RpcSs',
    'NTDS',
    'ClusSvc',
    'MSExchangeADTopology',
    'MSExchangeIS',
    'MSExchangeRepl',
  ].map((name) => name.toLowerCase()),
);
