import {readApprovals} from '../journal/approvals.ts';
import {isRefusal} from '../kit/refusal.ts';
import {type AgentMemory, readMemory} from './agent/memory.ts';
import {waitingText} from './agent/waiting-text.ts';
import type {MitigationStatus} from './judge-mitigation.ts';
import type {KnownMitigations} from './known-mitigations.ts';
import {blockOf, type Settings} from './settings/effective.ts';
import type {NamedMitigation} from './settings/mitigation-id.ts';
import {readSettings} from './settings/read-settings.ts';
import type {KnownState} from './state.ts';

/** What keeps a mitigation from being applied that is needed and is not there. */
export type OutlookWord = 'Published' | 'Blocked' | 'Failed' | 'Awaiting approval' | 'Pending window';

/** What is known of the way that a mitigation still has to go: settings, approvals, and what the agent has found. */
export interface Outlook {
  /** `undefined`: they cannot be used. */
  readonly settings: Settings | undefined;
  readonly memory: AgentMemory;
  /** Accounts that approved a plan, in lower case, by its planId. */
  readonly approvals: ReadonlyMap<string, ReadonlySet<string>>;
  readonly feed: Pick<KnownMitigations, 'newest' | 'announced'>;
  /** The last run that was to apply a mitigation and failed, by its id. */
  readonly failures: ReadonlyMap<string, string>;
}

const failuresOf = ({runs, state}: KnownState): ReadonlyMap<string, string> => {
  const failed = new Map<string, string>();
  for (const {runId, lines} of runs) {
    const [started] = lines;
    const outcome = state.runs.find((run) => run.runId === runId)?.outcome;
    if (started?.type !== 'run.started' || started.plan.body.purpose === 'rollback') continue;
    const planned = started.plan.body.mitigations.filter(({status}) => status === 'planned');
    for (const {id} of planned) {
      if (outcome === 'restored' || outcome === 'not-restored') failed.set(id, runId);
      else failed.delete(id);
    }
  }
  return failed;
};

const usableSettings = async (stateDir: string): Promise<Settings | undefined> => {
  try {
    return await readSettings(stateDir);
  } catch (error) {
    // What is active has to be told all the same.
    if (isRefusal(error)) return undefined;
    throw error;
  }
};

export const readOutlook = async (
  stateDir: string,
  {known, mitigations}: {readonly known: KnownState; readonly mitigations: KnownMitigations},
): Promise<Outlook> => {
  const approvals = new Map<string, Set<string>>();
  for (const {planId, by} of await readApprovals(stateDir)) {
    approvals.set(planId, (approvals.get(planId) ?? new Set()).add(by.toLowerCase()));
  }
  return {
    settings: await usableSettings(stateDir),
    memory: await readMemory(stateDir),
    approvals,
    feed: mitigations,
    failures: failuresOf(known),
  };
};

export interface Verdict<S> {
  readonly status: S | OutlookWord;
  /** Sentences beside those that the server itself gave. */
  readonly details: readonly string[];
}

const isOpen: ReadonlySet<MitigationStatus> = new Set(['Not applied', 'Missing', 'Drifted']);

/** The word for a mitigation, now that it is known what it waits for. What is in force keeps its own word. */
export const judgeOutlook = (
  mitigation: NamedMitigation,
  status: MitigationStatus,
  outlook: Outlook,
): Verdict<MitigationStatus> => {
  const block = outlook.settings && blockOf(outlook.settings, mitigation);
  const blocked = block ? [`blocked by ${block.id} (${block.by})`] : [];
  if (!isOpen.has(status)) return {status, details: blocked};
  if (block)
    return {
      status: 'Blocked',
      details: status === 'Not applied' ? blocked : [...blocked, `it is ${status.toLowerCase()}`],
    };
  return waitingFor(mitigation, status, outlook) ?? failedOrPublished(mitigation, status, outlook);
};

const waitingFor = (
  {id}: NamedMitigation,
  status: MitigationStatus,
  {memory, approvals, failures}: Outlook,
): Verdict<MitigationStatus> | undefined => {
  const waits = memory.waiting[id];
  if (!waits) return undefined;
  const {planId, file, waiting} = waits;
  const have = approvals.get(planId)?.size ?? 0;
  const now = waiting.for === 'approval' ? {...waiting, have: Math.max(have, waiting.have)} : waiting;
  const details = [`its plan waits ${waitingText(now)}: stopgap show ${file}`];
  if (waiting.for === 'order' && failures.get(id) === waiting.run) return {status: 'Failed', details};
  if (waiting.for === 'window') return {status: 'Pending window', details};
  if (waiting.for === 'person' && waiting.because === 'signal') return {status: 'Published', details};
  return {status: waiting.for === 'approval' ? 'Awaiting approval' : status, details};
};

const failedOrPublished = (
  {id}: NamedMitigation,
  status: MitigationStatus,
  {memory, failures, feed}: Outlook,
): Verdict<MitigationStatus> => {
  const attempt = Object.values(memory.attempts).find((one) => one.id === id);
  const run = failures.get(id);
  if (attempt) {
    const tried = attempt.count === 0 ? 'its plan is refused' : `tried ${attempt.count} times`;
    return {status: 'Failed', details: [`${tried}: ${attempt.message}`]};
  }
  if (run !== undefined && status === 'Not applied')
    return {status: 'Failed', details: [`run ${run} failed: stopgap log ${run}`]};
  if (feed.announced.has(id) && status === 'Not applied') {
    return {status: 'Published', details: [`the catalogue has a plan for it: stopgap plan ${id}`]};
  }
  return {status, details: []};
};
