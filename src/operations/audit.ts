import {readApprovals} from '../journal/approvals.ts';
import type {JournalLine, LineOf} from '../journal/model.ts';
import {progressOf} from '../journal/progress.ts';
import {readSettingsChanges} from '../journal/settings-ledger.ts';
import type {RecordedRun} from '../journal/store.ts';
import {redact} from '../kit/redact.ts';
import {means} from './settings/mitigation-id.ts';
import {settingsFile} from './settings/read-settings.ts';
import {readState} from './state.ts';

/*
 * The audit trail: everything that a person, or the agent for one, decided on this server, out of the journals of the runs
 * and the two ledgers beside them. Nothing is stored for it.
 */

export interface AuditEntry {
  /** UTC. */
  readonly at: string;
  /** Account of the operating system. */
  readonly who: string;
  /** `apply`, `approve`, `confirm`, `rollback`, `block`, `set`. */
  readonly did: string;
  /** A run, a plan, or the key of a setting. */
  readonly object: string;
  /** Ids. */
  readonly mitigations: readonly string[];
  /** How a run ended, or what a setting became; '' where there is no more to say. */
  readonly result: string;
  readonly why: string;
}

const planned = (lines: readonly JournalLine[]): readonly string[] =>
  (progressOf(lines).started?.plan.body.mitigations ?? []).map(({id}) => id);

const ofRun = ({runId, lines}: RecordedRun): readonly AuditEntry[] => {
  const mitigations = planned(lines);
  const outcome = lines.findLast((line) => line.type === 'run.finished')?.outcome ?? 'interrupted';
  const entry = (line: JournalLine, rest: Omit<AuditEntry, 'at' | 'object' | 'mitigations'>): AuditEntry => ({
    at: line.at,
    who: rest.who,
    did: rest.did,
    object: runId,
    mitigations,
    result: rest.result,
    why: rest.why,
  });
  return lines.flatMap((line) => {
    switch (line.type) {
      case 'run.started':
        return [entry(line, {who: line.by, did: line.kind, result: outcome, why: line.reason})];
      case 'confirm.given':
        return [entry(line, {who: line.by, did: 'confirm', result: '', why: ''})];
      case 'confirm.expired':
        return [
          entry(line, {
            who: line.by,
            did: 'expire',
            result: `noticed by the ${line.actor}`,
            why: `due ${line.deadline}`,
          }),
        ];
      case 'recovery.started':
        return [entry(line, {who: line.by, did: 'recover', result: line.choice, why: ''})];
      default:
        return [];
    }
  });
};

const shortPlan = (planId: string): string => `plan ${planId.slice(0, 12)}`;

const idsIn = (list: string | null): readonly string[] => {
  const value: unknown = list === null ? [] : JSON.parse(list);
  return Array.isArray(value) ? value.map(String) : [];
};

/** `own`: the server's file; what stands in another is the organisation's. */
const ofSettings = (
  {at, by, what, file, key, before, after, reason}: LineOf<'settings.changed'>,
  own: string,
): AuditEntry => {
  const scope = file === own ? '' : 'organization';
  const entry = {at, who: by, did: what, why: reason};
  if (what === 'set' || what === 'remove') {
    // A proxy may have a password, and a trail goes to people who do not know it.
    const result = redact(`${before ?? 'nothing'} → ${after ?? 'nothing'}`);
    return {...entry, object: [scope, key].filter(Boolean).join(' '), mitigations: [], result};
  }
  const [less, more] = what === 'block' ? [idsIn(before), idsIn(after)] : [idsIn(after), idsIn(before)];
  return {...entry, object: scope, mitigations: more.filter((id) => !less.includes(id)), result: ''};
};

/** Oldest first. @throws Refusal JOURNAL.DAMAGED, STATE.READABLE_BY_OTHERS */
export const auditTrail = async (stateDir: string): Promise<readonly AuditEntry[]> => {
  const {runs} = await readState(stateDir);
  const byPlan = new Map(runs.map(({lines}) => [progressOf(lines).started?.planId, planned(lines)] as const));
  const approvals = (await readApprovals(stateDir)).map(
    ({at, by, planId, reason, comment}): AuditEntry => ({
      at,
      who: by,
      did: 'approve',
      object: shortPlan(planId),
      mitigations: byPlan.get(planId) ?? [],
      result: comment,
      why: reason,
    }),
  );
  const settings = (await readSettingsChanges(stateDir)).map((line) => ofSettings(line, settingsFile(stateDir)));
  return [...runs.flatMap(ofRun), ...approvals, ...settings].toSorted((a, b) => a.at.localeCompare(b.at));
};

export interface AuditFilter {
  readonly since: Date | undefined;
  /** A part of the account, in any case. */
  readonly who: string | undefined;
  /** An id as the block list writes it: `M1`, `m01.1`. */
  readonly mitigation: string | undefined;
}

export const filterTrail = (
  entries: readonly AuditEntry[],
  {since, who, mitigation}: AuditFilter,
): readonly AuditEntry[] =>
  entries.filter(
    (entry) =>
      (since === undefined || new Date(entry.at) >= since) &&
      (who === undefined || entry.who.toLowerCase().includes(who.toLowerCase())) &&
      (mitigation === undefined || entry.mitigations.some((id) => means(mitigation, {id, actions: []}))),
  );
