import * as z from 'zod';
import {duration} from './duration.ts';
import {mitigationId, normalId} from './mitigation-id.ts';

/** What the agent does with a mitigation of a signed feed in our dialect. */
export const agentMode = z.enum(['observe', 'window', 'auto']);
export type AgentMode = z.output<typeof agentMode>;

/** How the agent works. Every key may be left out. */
export const agentSettings = z.strictObject({
  /** observe: plan and report; window: apply in a change window; auto: apply at once, as the EM service does. */
  mode: agentMode.optional(),
  /** For single mitigations. */
  modes: z.record(mitigationId, agentMode).optional(),
  /** An https address or a file; absent: Microsoft's feed. */
  feed: z.string().min(1).optional(),
  /** Names or files of trust profiles; absent: all that are known. */
  profiles: z.array(z.string().min(1)).optional(),
  /** After a start: the server has enough to do then. */
  firstCheck: duration('0s', '1d').optional(),
  /** From the beginning of one check to the next. */
  every: duration('1m', '1d').optional(),
  /** At most this much later, by chance: a fleet that was started at once does not ask at once. */
  jitter: duration('0s', '1h').optional(),
  /** In mode window: the run is taken back unless its applications are healthy for that long ... */
  settle: duration('0s', '1h').optional(),
  /** ... and confirmed within this time. */
  confirmWithin: duration('1m', '1d').optional(),
  /** Alarm where no fetch has worked for so long; absent: what the trust profile says. */
  noFetchFor: duration('1h', '365d').optional(),
  /** Alarm where the feed has brought the same answer for so long; absent: what the trust profile says. */
  sameAnswerFor: duration('1d', '365d').optional(),
});

/** Of an organisation: whom a server trusts lies on the server itself, and is only chosen among here. */
export const organizationAgentSettings = agentSettings.extend({
  profiles: z.array(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'the name of a trust profile of each server')).optional(),
});

export type WrittenAgentSettings = z.output<typeof agentSettings>;

/** The same with nothing left open but what may be absent. */
export interface AgentSettings {
  readonly mode: AgentMode;
  readonly modes: Readonly<Record<string, AgentMode>>;
  readonly feed: string | undefined;
  readonly profiles: readonly string[];
  readonly firstCheck: number;
  readonly every: number;
  readonly jitter: number;
  readonly settle: number;
  readonly confirmWithin: number;
  readonly noFetchFor: number | undefined;
  readonly sameAnswerFor: number | undefined;
}

const minute = 60_000;

/** The times of the EM service: ten minutes after a start, then every hour. */
export const agentDefaults: AgentSettings = {
  mode: 'observe',
  modes: {},
  feed: undefined,
  profiles: [],
  firstCheck: 10 * minute,
  every: 60 * minute,
  jitter: 5 * minute,
  settle: 2 * minute,
  confirmWithin: 15 * minute,
  noFetchFor: undefined,
  sameAnswerFor: undefined,
};

/** `M01` and `M1` are one entry. */
const byId = (modes: AgentSettings['modes'] = {}): AgentSettings['modes'] =>
  Object.fromEntries(Object.entries(modes).map(([id, mode]) => [normalId(id), mode]));

/** The server's word, else the organisation's, else the default; modes of single mitigations add up. */
export const effectiveAgent = (
  server: WrittenAgentSettings = {},
  organization: WrittenAgentSettings = {},
): AgentSettings => ({
  mode: server.mode ?? organization.mode ?? agentDefaults.mode,
  modes: {...byId(organization.modes), ...byId(server.modes)},
  feed: server.feed ?? organization.feed,
  profiles: server.profiles ?? organization.profiles ?? agentDefaults.profiles,
  firstCheck: server.firstCheck ?? organization.firstCheck ?? agentDefaults.firstCheck,
  every: server.every ?? organization.every ?? agentDefaults.every,
  jitter: server.jitter ?? organization.jitter ?? agentDefaults.jitter,
  settle: server.settle ?? organization.settle ?? agentDefaults.settle,
  confirmWithin: server.confirmWithin ?? organization.confirmWithin ?? agentDefaults.confirmWithin,
  noFetchFor: server.noFetchFor ?? organization.noFetchFor,
  sameAnswerFor: server.sameAnswerFor ?? organization.sameAnswerFor,
});
