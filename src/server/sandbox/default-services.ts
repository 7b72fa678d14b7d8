import type {ServerJson} from '../server-json.ts';

/*
 * Services of a mailbox server for a sandbox that is made from a bare tree: data, used once when server.json is
 * written. Names and start types as Exchange setup leaves them; what needs what is as far as it matters for stopping.
 */

type Described = ServerJson['services'][number];
type Short = readonly [
  name: string,
  displayName: string,
  startType: Described['startType'],
  dependencies: readonly string[],
  more?: Partial<Described>,
];

const topology = ['MSExchangeADTopology'];

const windows: readonly Short[] = [
  ['RpcSs', 'Remote Procedure Call (RPC)', 'auto', [], {acceptsStop: false}],
  ['EventLog', 'Windows Event Log', 'auto', []],
  ['HTTP', 'HTTP Service', 'demand', []],
  ['WAS', 'Windows Process Activation Service', 'demand', ['RpcSs']],
  ['W3SVC', 'World Wide Web Publishing Service', 'auto', ['WAS', 'HTTP']],
  ['AppHostSvc', 'Application Host Helper Service', 'auto', []],
  ['NetTcpPortSharing', 'Net.Tcp Port Sharing Service', 'auto', []],
];

const exchange: readonly Short[] = [
  ['MSExchangeADTopology', 'Microsoft Exchange Active Directory Topology', 'auto', ['NetTcpPortSharing']],
  ['MSExchangeAntispamUpdate', 'Microsoft Exchange Anti-spam Update', 'auto', topology],
  ['MSExchangeCompliance', 'Microsoft Exchange Compliance Service', 'auto', topology],
  ['MSExchangeDagMgmt', 'Microsoft Exchange DAG Management', 'auto', topology],
  ['MSExchangeDelivery', 'Microsoft Exchange Mailbox Transport Delivery', 'auto', topology],
  ['MSExchangeDiagnostics', 'Microsoft Exchange Diagnostics', 'auto', []],
  ['MSExchangeEdgeSync', 'Microsoft Exchange EdgeSync', 'auto', topology],
  ['MSExchangeFastSearch', 'Microsoft Exchange Search', 'auto', ['HostControllerService']],
  ['MSExchangeFrontEndTransport', 'Microsoft Exchange Frontend Transport', 'auto', topology],
  [
    'MSExchangeHM',
    'Microsoft Exchange Health Manager',
    'auto',
    ['EventLog', 'RpcSs'],
    {processes: ['MSExchangeHMWorker.exe'], stopSeconds: 8},
  ],
  ['MSExchangeHMRecovery', 'Microsoft Exchange Health Manager Recovery', 'auto', ['EventLog', 'RpcSs']],
  ['MSExchangeImap4', 'Microsoft Exchange IMAP4', 'demand', topology, {state: 'STOPPED'}],
  ['MSExchangeIMAP4BE', 'Microsoft Exchange IMAP4 Backend', 'demand', topology, {state: 'STOPPED'}],
  [
    'MSExchangeIS',
    'Microsoft Exchange Information Store',
    'auto',
    ['EventLog', 'RpcSs', ...topology],
    {stopSeconds: 20},
  ],
  ['MSExchangeMailboxAssistants', 'Microsoft Exchange Mailbox Assistants', 'auto', topology],
  ['MSExchangeMailboxReplication', 'Microsoft Exchange Mailbox Replication', 'auto', topology],
  ['MSExchangeMitigation', 'Microsoft Exchange Mitigation Service', 'auto', []],
  ['MSExchangePop3', 'Microsoft Exchange POP3', 'demand', topology, {state: 'STOPPED'}],
  ['MSExchangePOP3BE', 'Microsoft Exchange POP3 Backend', 'demand', topology, {state: 'STOPPED'}],
  ['MSExchangeRepl', 'Microsoft Exchange Replication', 'auto', topology],
  ['MSExchangeRPC', 'Microsoft Exchange RPC Client Access', 'auto', topology],
  ['MSExchangeServiceHost', 'Microsoft Exchange Service Host', 'auto', topology],
  ['MSExchangeSubmission', 'Microsoft Exchange Mailbox Transport Submission', 'auto', topology],
  ['MSExchangeThrottling', 'Microsoft Exchange Throttling', 'auto', topology],
  ['MSExchangeTransport', 'Microsoft Exchange Transport', 'auto', topology, {stopSeconds: 10}],
  ['MSExchangeTransportLogSearch', 'Microsoft Exchange Transport Log Search', 'auto', topology],
  ['HostControllerService', 'Microsoft Exchange Search Host Controller', 'auto', []],
];

/** Unified Messaging went with Exchange 2019. */
const unifiedMessaging: readonly Short[] = [
  ['MSExchangeUM', 'Microsoft Exchange Unified Messaging', 'auto', topology],
  ['MSExchangeUMCR', 'Microsoft Exchange Unified Messaging Call Router', 'auto', topology],
];

const described = ([name, displayName, startType, dependencies, more]: Short): Described => ({
  name,
  displayName,
  state: 'RUNNING',
  startType,
  dependencies: [...dependencies],
  processes: [],
  stopSeconds: 2,
  acceptsStop: true,
  ...more,
});

export const defaultServices = (build: string): readonly Described[] => {
  const old = /^15\.[01]\./.test(build) ? unifiedMessaging : [];
  return [...windows, ...exchange, ...old].map(described);
};
