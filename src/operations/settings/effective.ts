import type {ChangeWindow, Dates} from '../../apply/window/model.ts';
import {type AgentMode, type AgentSettings, effectiveAgent} from './agent.ts';
import type {DiagnosticsSettings} from './diagnostics.ts';
import {means, type NamedMitigation} from './mitigation-id.ts';
import type {OrganizationSettings, ServerSettings} from './model.ts';
import type {NotificationSettings} from './notification.ts';

export type Level = 'organization' | 'server';

/** How the organisation's settings were had. */
export type OrganizationSource =
  | {readonly is: 'none'}
  | {readonly is: 'read'; readonly file: string}
  /** The file is away or faulty: the copy that was read last counts. */
  | {readonly is: 'cached'; readonly file: string; readonly since: string; readonly why: string}
  /** Away or faulty, and never read before: nobody can say that the organisation allows anything. */
  | {readonly is: 'missing'; readonly file: string; readonly why: string};

/** What one level asks for before a plan is applied. */
export interface ApprovalRule {
  readonly by: Level;
  /** Accounts that have to approve a plan. */
  readonly accounts: number;
  /** Ids of mitigations whose plans this level lets pass without. */
  readonly autoApproved: readonly string[];
}

/** What counts on a server. */
export interface Settings {
  readonly mitigationsEnabled: Readonly<Record<Level, boolean>>;
  readonly mitigationsBlocked: readonly {readonly id: string; readonly by: Level}[];
  readonly windows: readonly ChangeWindow[];
  readonly freeze: readonly Dates[];
  readonly approvals: readonly ApprovalRule[];
  readonly requireReason: boolean;
  readonly urgent: readonly string[];
  readonly proxy: string | undefined;
  readonly agent: AgentSettings;
  readonly notification: NotificationSettings | undefined;
  readonly diagnostics: DiagnosticsSettings | undefined;
  readonly organization: OrganizationSource;
}

export interface WrittenSettings {
  readonly server: ServerSettings;
  readonly organization: OrganizationSettings;
  readonly source: OrganizationSource;
}

/**
 * The organisation's word and the server's. What restricts adds up, so that neither can undo the other's: both have to
 * enable, either can block, freeze, ask for reasons and for approvals, and approves in advance only what it asks for
 * itself. Of everything else the server's own word wins.
 */
export const effectiveSettings = ({server, organization, source}: WrittenSettings): Settings => ({
  mitigationsEnabled: {
    organization: source.is === 'missing' ? false : (organization.mitigationsEnabled ?? true),
    server: server.mitigationsEnabled ?? true,
  },
  mitigationsBlocked: [
    ...(organization.mitigationsBlocked ?? []).map((id) => ({id, by: 'organization' as const})),
    ...(server.mitigationsBlocked ?? []).map((id) => ({id, by: 'server' as const})),
  ],
  windows: server.windows ?? organization.windows ?? [],
  freeze: [...(organization.freeze ?? []), ...(server.freeze ?? [])],
  approvals: [approvalRule('organization', organization), approvalRule('server', server)],
  requireReason: (organization.requireReason ?? false) || (server.requireReason ?? false),
  urgent: server.urgent ?? organization.urgent ?? [],
  proxy: server.proxy ?? organization.proxy,
  agent: effectiveAgent(server.agent, organization.agent),
  notification: server.notification,
  diagnostics: server.diagnostics,
  organization: source,
});

const approvalRule = (
  by: Level,
  {approvals = 0, autoApproved = []}: Pick<OrganizationSettings, 'approvals' | 'autoApproved'>,
): ApprovalRule => ({by, accounts: approvals, autoApproved});

/** Who says that the agent must not apply on its own: the EM service's table of the two settings. The organisation's no wins. */
export const disabledBy = ({mitigationsEnabled}: Pick<Settings, 'mitigationsEnabled'>): Level | undefined => {
  if (!mitigationsEnabled.organization) return 'organization';
  return mitigationsEnabled.server ? undefined : 'server';
};

/** The entry that blocks a mitigation. */
export const blockOf = (
  {mitigationsBlocked}: Pick<Settings, 'mitigationsBlocked'>,
  mitigation: NamedMitigation,
): Settings['mitigationsBlocked'][number] | undefined => mitigationsBlocked.find(({id}) => means(id, mitigation));

/** The mode for one mitigation: the longest entry that means it, else the general one. */
export const modeOf = ({agent}: Pick<Settings, 'agent'>, mitigation: NamedMitigation): AgentMode => {
  const own = Object.entries(agent.modes).filter(([id]) => means(id, mitigation));
  return own.toSorted(([a], [b]) => b.length - a.length)[0]?.[1] ?? agent.mode;
};
