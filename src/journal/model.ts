import * as z from 'zod';
import {plan} from '../plan/model.ts';

/*
 * The lines of a run's journal. An act is written down before it is done: a line whose name ends in `intended`,
 * `pending` or `started` is on disk before the thing happens. The schema is the type; it is also the source of the JSON
 * schema of journal lines.
 */

export const journalFormatVersion = 1;

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hexadecimal digits');
const moment = z.iso.datetime();

export const runKind = z.enum(['apply', 'rollback', 'expired-confirm', 'reconcile', 'adopt', 'prepare-upgrade']);
/** Who noticed that a confirm had not come in time. */
export const expiryActor = z.enum(['waiting-process', 'watchdog', 'agent', 'startup-task', 'next-command']);
export const runOutcome = z.enum(['done', 'nothing-to-do', 'refused', 'restored', 'not-restored']);
const phase = z.enum(['do', 'undo']);

/** Names one command of the plan: the step, and the position in its `commands` (do) or its `undo`. */
const commandRef = {step: z.string(), phase, index: z.number().int().min(0)};

/** What a command is about to do, for a person who reads the journal; recovery takes the command from the plan. */
const act = z.discriminatedUnion('do', [
  z.strictObject({do: z.literal('run'), tool: z.string(), args: z.array(z.string())}),
  z.strictObject({do: z.literal('wait'), why: z.string()}),
  z.strictObject({do: z.literal('look-again'), afterMs: z.number()}),
  z.strictObject({do: z.literal('restore-file'), path: z.string(), from: digest, to: digest}),
]);

/** sha256 null: there is no such file. */
const fileHash = z.strictObject({path: z.string(), sha256: digest.nullable()});
const told = z.union([z.number().int(), z.literal('reset')]);
/** none: no connection, or no answer in time. */
const seen = z.union([z.number().int(), z.literal('reset'), z.literal('none')]);
const answer = z.strictObject({
  site: z.string(),
  path: z.string(),
  /** The page of the application that was asked for; absent: its root. */
  page: z.string().optional(),
  status: seen,
});

/** A request that a rule must refuse and that is harmless, and what the rule answers to it. */
const canaryAnswer = z.strictObject({
  rule: z.string(),
  site: z.string(),
  /** Path and query. */
  url: z.string(),
  expected: told,
  status: seen,
});

const line = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({
    /** From 1, without gaps. */
    seq: z.number().int().positive(),
    /** SHA-256 of the line before, without its newline; 64 zeros in the first. */
    prev: digest,
    at: moment,
    type: z.literal(type),
    ...shape,
    /** SHA-256 of this line without this member, so that damage of the newest line shows too. */
    sum: digest,
  });

export const journalLine = z.discriminatedUnion('type', [
  line('run.started', {
    formatVersion: z.literal(journalFormatVersion),
    runId: z.string(),
    planId: digest,
    kind: runKind,
    plan,
    /** Account of the operating system. */
    by: z.string(),
    host: z.string(),
    reason: z.string(),
    /** Started outside of a change window on purpose. */
    now: z.boolean(),
    /** The change window that it was started in; absent: none was asked for. */
    window: z.string().optional(),
    confirmWithinMs: z.number().int().positive().nullable(),
    /** The run whose removals this one takes back; absent: none. */
    reverts: z.string().optional(),
  }),
  line('confirm.pending', {deadline: moment}),
  line('confirm.given', {by: z.string()}),
  /** On disk before the run is taken back because nobody confirmed it. */
  line('confirm.expired', {deadline: moment, actor: expiryActor, by: z.string()}),
  /** Taking it back was refused or failed: a person has to. */
  line('confirm.notTakenBack', {code: z.string(), message: z.string()}),
  line('health.seen', {when: z.enum(['before', 'after']), answers: z.array(answer)}),
  line('canary.seen', {when: z.enum(['before', 'after']), answers: z.array(canaryAnswer)}),
  line('file.backedUp', {path: z.string(), sha256: digest.nullable(), size: z.number().int().min(0)}),
  /** Half a file, as a killed writer leaves it, is about to be replaced by the run's copy. */
  line('file.restoring', {path: z.string(), from: digest.nullable(), to: digest}),
  line('step.intended', {step: z.string()}),
  /** Nothing was run; the step's resources are held all the same. */
  line('step.skipped', {step: z.string(), why: z.enum(['planned-as-done', 'already-true'])}),
  line('command.intended', {...commandRef, attempt: z.number().int().positive(), act}),
  /** Its after-checks held before it was run. */
  line('command.skipped', commandRef),
  line('command.started', {pid: z.number().int(), startTime: z.string()}),
  line('command.done', {
    /** null: there is none, because the program crashed or timed out, or because nothing was run. */
    exitCode: z.number().int().nullable(),
    /** Secrets redacted, everything else as the program wrote it: escape it before you show it. */
    stdout: z.string(),
    durationMs: z.number().min(0),
    /** Code of the refusal that stood in for an exit code. */
    error: z.string().nullable(),
  }),
  line('step.done', {step: z.string(), notes: z.array(z.string())}),
  line('step.failed', {step: z.string(), phase, code: z.string(), message: z.string()}),
  line('step.undone', {step: z.string(), notes: z.array(z.string())}),
  line('recovery.started', {
    by: z.string(),
    host: z.string(),
    choice: z.enum(['undo', 'complete']),
    /** Bytes of a half-written last line that were dropped. */
    dropped: z.number().int().min(0),
  }),
  line('recovery.judged', {...commandRef, verdict: z.enum(['finished', 'never-ran', 'diverged'])}),
  line('run.finished', {outcome: runOutcome, files: z.array(fileHash)}),
  /** Of the ledger of approvals, which is no run: the plan, and the account of the operating system that approved it. */
  line('plan.approved', {planId: digest, by: z.string(), host: z.string(), reason: z.string(), comment: z.string()}),
  /** Of the ledger of settings: on disk before the file is written. before or after null: the key is not there. */
  line('settings.changed', {
    what: z.enum(['set', 'remove', 'block', 'unblock']),
    file: z.string(),
    /** `agent.mode`, `mitigationsBlocked`. */
    key: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    by: z.string(),
    host: z.string(),
    reason: z.string(),
  }),
]);

export type RunKind = z.output<typeof runKind>;
export type ExpiryActor = z.output<typeof expiryActor>;
export type RunOutcome = z.output<typeof runOutcome>;
export type JournalLine = z.output<typeof journalLine>;
export type LineOf<T extends JournalLine['type']> = Extract<JournalLine, {type: T}>;
type Envelope = 'seq' | 'prev' | 'at' | 'sum';
type WithoutEnvelope<L> = L extends unknown ? Omit<L, Envelope> : never;
/** What the executor has to say; the journal adds number, time and hashes. */
export type JournalEvent = WithoutEnvelope<JournalLine>;
export type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, {type: T}>;
export type CommandRef = Pick<LineOf<'command.intended'>, 'step' | 'phase' | 'index'>;
export type Act = LineOf<'command.intended'>['act'];
export type FileHash = LineOf<'run.finished'>['files'][number];
