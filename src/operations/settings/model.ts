import * as z from 'zod';
import {changeWindow, freezeDates} from '../../apply/window/model.ts';
import {agentSettings, organizationAgentSettings} from './agent.ts';
import {diagnosticsSettings} from './diagnostics.ts';
import {mitigationId} from './mitigation-id.ts';
import {notificationSettings} from './notification.ts';

/*
 * The two files of settings: settings.yaml of the server, in its state folder, where only administrators write, and the
 * organisation's, which may lie on a share. Every key may be left out; what is absent, and what wins where both speak,
 * stands in effective.ts.
 */

const policy = {
  /** False: the agent never applies on its own. It still checks and reports, and a person's apply still works. */
  mitigationsEnabled: z.boolean().optional(),
  /** Ids that the agent leaves alone: `M1` blocks `M1.1` too. */
  mitigationsBlocked: z.array(mitigationId).optional(),
  windows: z.array(changeWindow).optional(),
  /** Dates on which no window opens. */
  freeze: freezeDates.optional(),
  /** How many accounts have to approve a plan before it is applied. */
  approvals: z.number().int().min(0).max(2).optional(),
  /** Ids of mitigations whose plans need no approval. */
  autoApproved: z.array(mitigationId).optional(),
  /** Whether --now needs --reason. */
  requireReason: z.boolean().optional(),
  /** Ids of mitigations that may be applied outside of a window. */
  urgent: z.array(z.string()).optional(),
  /** http://host:port; absent: HTTPS_PROXY and NO_PROXY, else that of the operating system. */
  proxy: z.url({protocol: /^https?$/, error: 'a proxy is written http://host:port'}).optional(),
};

const distinctWindows = (
  {windows = []}: {readonly windows?: readonly {readonly name: string}[] | undefined},
  context: z.RefinementCtx,
): void => {
  const names = windows.map(({name}) => name.toLowerCase());
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({code: 'custom', path: ['windows', index, 'name'], message: `there are two windows "${name}"`});
  }
};

const schemaKey = {$schema: z.string().optional()};

/**
 * It names no program, nobody who is told, and no file of a trust profile: who can write to a share must not be able to start
 * something on every server, nor to become a publisher there.
 */
export const organizationSettingsFile = z
  .strictObject({...schemaKey, ...policy, agent: organizationAgentSettings.optional()})
  .superRefine(distinctWindows);

export const serverSettingsFile = z
  .strictObject({
    ...schemaKey,
    /** Where the organisation's settings lie; absent: there are none. */
    organization: z.strictObject({file: z.string().min(1)}).optional(),
    ...policy,
    agent: agentSettings.optional(),
    notification: notificationSettings.optional(),
    diagnostics: diagnosticsSettings.optional(),
  })
  .superRefine(distinctWindows);

export type OrganizationSettings = z.output<typeof organizationSettingsFile>;
export type ServerSettings = z.output<typeof serverSettingsFile>;
