import * as z from 'zod';
import '../kit/zod-settings.ts';
import {planFormatVersion} from './format-version.ts';

/*
 * The plan: a mitigation bound to one server at one moment. This file is the vocabulary of everything behind it:
 * preview, rehearsal, journal, apply and rollback read plans and nothing else. The schema is the type.
 */

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

/** The symbol is the value: what the plan stores is what the reader sees. */
const changeSymbol = z.enum(['+', '~', '-']);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hexadecimal digits');

const startType = z.enum(['boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled']);
const serviceState = z.enum([
  'STOPPED',
  'START_PENDING',
  'STOP_PENDING',
  'RUNNING',
  'CONTINUE_PENDING',
  'PAUSE_PENDING',
  'PAUSED',
]);
const poolState = z.enum(['Starting', 'Started', 'Stopping', 'Stopped', 'Unknown']);

/** Names one element of one section in one file. */
export const elementAddress = z.strictObject({
  /** The file that holds it, a Windows path. */
  file: z.string(),
  /** `path` of the <location> that holds it; null: directly in <configuration>. */
  location: z.string().nullable(),
  /** The configuration path that the element is for, below the server: '' or `Default Web Site/owa`. */
  configPath: z.string(),
  /** `system.webServer/rewrite/rules` */
  section: z.string(),
  /** The collection inside of the section: '' for its own. */
  collection: z.string(),
  /** Element name and key attributes that find it: {element: 'rule', keys: {name: 'stopgap M1.1 ...'}}. */
  element: z.string(),
  keys: z.record(z.string(), z.string()),
});

/** Something that can be looked at and is true or false. All are read, never inferred from an exit code. */
export const check = z.discriminatedUnion('check', [
  // A union of its own: two members of one union may not share a discriminator.
  z.discriminatedUnion('is', [
    z.strictObject({check: z.literal('element'), at: elementAddress, is: z.literal('absent')}),
    /** Present, and its meaning (defaults filled in, order kept) has this SHA-256. */
    z.strictObject({check: z.literal('element'), at: elementAddress, is: z.literal('present'), meaning: digest}),
  ]),
  z.strictObject({check: z.literal('service-state'), service: z.string(), is: serviceState}),
  z.strictObject({check: z.literal('service-start-type'), service: z.string(), is: startType}),
  z.strictObject({check: z.literal('app-pool-state'), pool: z.string(), is: poolState}),
  /** As it stands in the file: null where the attribute is absent (and the schema's default, true, holds). */
  z.strictObject({check: z.literal('app-pool-auto-start'), pool: z.string(), is: z.enum(['true', 'false']).nullable()}),
  z.strictObject({check: z.literal('process'), image: z.string(), is: z.literal('absent')}),
  z.strictObject({check: z.literal('file'), path: z.string(), sha256: digest}),
]);

const commandLine = z.strictObject({tool: z.enum(['appcmd.exe', 'sc.exe']), args: list(z.string())});

export const stepCommand = z.discriminatedUnion('do', [
  /** Runs the command, then polls `after` until it holds or `settleMs` are over. */
  z.strictObject({
    do: z.literal('run'),
    command: commandLine,
    timeoutMs: z.number().int().positive(),
    after: list(check),
    settleMs: z.number().int().min(0),
  }),
  /** Polls until the checks hold; nothing is run. */
  z.strictObject({
    do: z.literal('wait'),
    why: z.string(),
    until: list(check),
    timeoutMs: z.number().int().positive(),
  }),
  /** Waits that long, then looks: what was stopped may have been started again by somebody. */
  z.strictObject({do: z.literal('look-again'), afterMs: z.number().int().positive(), expect: list(check)}),
  /** Puts the backup's bytes back in one replace; only from rollback and undo with --exact. */
  z.strictObject({do: z.literal('restore-file'), path: z.string(), from: digest, to: digest, backup: z.string()}),
]);

/**
 * What a step changes, and what was found there first. Several mitigations may need one resource; the last one that
 * lets go restores `was`.
 */
export const resource = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('element'), at: elementAddress, was: z.enum(['absent', 'present'])}),
  z.strictObject({
    kind: z.literal('service'),
    service: z.string(),
    was: z.strictObject({startType, state: serviceState}),
  }),
  z.strictObject({
    kind: z.literal('app-pool'),
    pool: z.string(),
    was: z.strictObject({autoStart: z.enum(['true', 'false']).nullable(), state: poolState}),
  }),
]);

/** An answer that changes on purpose, for health probes. */
export const declaredAnswer = z.strictObject({
  site: z.string(),
  /** Path of the application, `/ecp`. */
  path: z.string(),
  status: z.union([z.number().int(), z.literal('reset')]),
});

export const step = z.strictObject({
  /** `rewrite/M1.1/add`, `service/MSExchangeUM/off`, `app-pool/MSExchangeECPAppPool/off` */
  id: z.string(),
  kind: z.enum(['config-edit', 'monitoring-off', 'service-off', 'app-pool-off', 'restore-file', 'undo', 'adopt']),
  symbol: changeSymbol,
  /** One line: `web.config of Default Web Site: rewrite rule "stopgap M1.1 PowerShell - inbound"`. */
  label: z.string(),
  /** Ids of the mitigations that need this step. */
  because: z.array(z.string()).min(1).readonly(),
  /** `done`: everything it wants is true already; it runs nothing but its resources are held. */
  status: z.enum(['to-do', 'done']),
  resources: list(resource),
  /** The sentences of what stops working; empty where nothing does. */
  disruption: list(z.string()),
  /** What the commit reloads or stops: `all applications of Default Web Site`. */
  reloads: list(z.string()),
  declares: list(declaredAnswer),
  /** Files that are backed up byte for byte before the step. */
  touches: list(z.string()),
  before: list(check),
  commands: list(stepCommand),
  /** The way back, in the order in which it runs; it need not mirror the commands. */
  undo: list(stepCommand),
});

/** A code and a severity; one refusing finding that is not accepted refuses the plan. */
export const finding = z.strictObject({
  /** `rewrite.duplicate`, `iis.shared-path` ... */
  code: z.string(),
  severity: z.enum(['note', 'warn', 'refuse']),
  /** The sentence. */
  message: z.string(),
  /** Ids of the mitigations that it concerns; empty: the server. */
  concerns: list(z.string()),
  /** File and line, where there is one. */
  where: z.strictObject({file: z.string(), line: z.number().int().positive()}).nullable(),
  /** Whether --accept lets it pass. */
  acceptable: z.boolean(),
});

export const source = z.strictObject({
  kind: z.enum(['signed-feed', 'local-catalogue']),
  /** SHA-256 of the feed document, or of the catalogue file. */
  digest,
  /** Base name, for a person. */
  name: z.string(),
  /** Signer of the feed; null for a catalogue file. */
  signer: z.string().nullable(),
  /** Name of the trust profile; null for a catalogue file. */
  profile: z.string().nullable(),
});

export const plannedMitigation = z.strictObject({
  id: z.string(),
  description: z.string(),
  cves: list(z.string()),
  /** Index into `sources`. */
  source: z.number().int().min(0),
  status: z.enum(['planned', 'in-place', 'not-applicable', 'nothing-to-do', 'signal', 'to-remove']),
  /** Why that status: the build that decides, the rule that is there already. */
  reason: z.string(),
  sideEffects: list(z.string()),
  reach: list(z.string()),
  losses: list(z.string()),
  rollback: z.string(),
  alternative: z.string().nullable(),
});

/** What the decision read: a later change of any of these makes the plan stale, a change of anything else does not. */
export const assumption = z.strictObject({
  /** `section system.webServer/rewrite/rules at Default Web Site`, `service MSExchangeUM`, `Exchange build` */
  what: z.string(),
  /** SHA-256 of the thing's meaning, or the value itself where it is short. */
  value: z.string(),
});

export const predictedFile = z.strictObject({
  file: z.string(),
  /** Unified diff, secrets redacted. */
  diff: z.string(),
});

export const planBody = z.strictObject({
  formatVersion: z.literal(planFormatVersion),
  /**
   * `reconcile` adds what is missing and removes what is not needed any more; `prepare-upgrade` lifts services and pools for the
   * time of an upgrade.
   */
  purpose: z.enum(['apply', 'rollback', 'reconcile', 'prepare-upgrade']),
  /** What the plan was made for: the server's own identity, not the moment. */
  server: z.strictObject({exchangeBuild: z.string().nullable(), buildSource: z.string().nullable()}),
  options: z.strictObject({
    place: z.enum(['web.config', 'apphost']).nullable(),
    /** Only where a rehearsal has shown that several edits in one command do not work. */
    commands: z.literal('stepwise').optional(),
    /** Only these ids of what the sources bring; absent: all. */
    only: list(z.string()).optional(),
  }),
  sources: list(source),
  mitigations: list(plannedMitigation),
  steps: list(step),
  predicted: list(predictedFile),
  findings: list(finding),
  accepted: list(z.strictObject({code: z.string(), reason: z.string()})),
  assumes: list(assumption),
});

/** Outside of the hash: when, where and by which stopgap. */
export const planMeta = z.strictObject({
  /** UTC, ISO 8601. */
  plannedAt: z.string(),
  hostName: z.string(),
  /** `sandbox:DIR`, `windows` */
  server: z.string(),
  stopgap: z.string(),
});

export const plan = z.strictObject({planId: digest, body: planBody, meta: planMeta});

export type ElementAddress = z.output<typeof elementAddress>;
export type Check = z.output<typeof check>;
export type StepCommand = z.output<typeof stepCommand>;
export type Resource = z.output<typeof resource>;
export type DeclaredAnswer = z.output<typeof declaredAnswer>;
export type Step = z.output<typeof step>;
export type Finding = z.output<typeof finding>;
export type PlanSource = z.output<typeof source>;
export type PlannedMitigation = z.output<typeof plannedMitigation>;
export type Assumption = z.output<typeof assumption>;
export type PredictedFile = z.output<typeof predictedFile>;
export type PlanBody = z.output<typeof planBody>;
export type PlanMeta = z.output<typeof planMeta>;
export type Plan = z.output<typeof plan>;
