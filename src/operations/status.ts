import {expiredConfirms} from '../apply/confirm.ts';
import {loadConfiguration} from '../iis/configuration.ts';
import type {ExpiryActor} from '../journal/model.ts';
import type {State} from '../journal/state.ts';
import type {Action} from '../mitigation/model.ts';
import type {HealthProber, ServerReader} from '../server/server.ts';
import {type BrokenApplication, brokenApplications} from './broken-applications.ts';
import {type Judged, judgeByJournal, judgeMitigation, type MitigationStatus} from './judge-mitigation.ts';
import type {KnownMitigations} from './known-mitigations.ts';
import {type Leftover, leftoversOf} from './leftovers.ts';
import {type LiveProof, proveLive} from './live.ts';
import {judgeOutlook, type Outlook, type OutlookWord} from './outlook.ts';
import type {KnownState} from './state.ts';
import {type UnrestoredRun, unrestoredOf} from './unrestored.ts';

/** How it stands with a mitigation on the server, and of one that is not there, what it waits for. */
export type StatusWord = MitigationStatus | OutlookWord;

export interface StatusRow {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly status: StatusWord;
  /** The sentences behind the status. */
  readonly details: readonly string[];
  /** The run of ours that applied it. */
  readonly run: string | null;
  readonly since: string | null;
  /** What the running server made of requests that its rules must refuse; empty: none was sent. */
  readonly live: readonly LiveProof[];
}

export interface ServerStatus {
  readonly hostName: string;
  readonly exchangeBuild: string | null;
  readonly buildSource: string | null;
  readonly mitigations: readonly StatusRow[];
  /** The run that a crash interrupted. */
  readonly unfinished: string | null;
  /** Runs that failed and could not be taken back, and the mitigations that nobody has put in order since. */
  readonly unrestored: readonly Pick<UnrestoredRun, 'run' | 'ids'>[];
  readonly pendingConfirms: readonly {readonly run: string; readonly deadline: string; readonly expired: boolean}[];
  /** The last run that nobody confirmed in time. */
  readonly lastExpired: {
    readonly run: string;
    readonly deadline: string;
    readonly actor: ExpiryActor;
    readonly takenBackBy: string | null;
    readonly failed: string | null;
  } | null;
  /** Applications that IIS answers 500.19 for, whoever broke them. */
  readonly broken: readonly BrokenApplication[];
  /** What others left that is a mitigation or looks like one. */
  readonly leftovers: readonly LeftoverRow[];
}

export interface LeftoverRow {
  readonly name: string;
  readonly by: string;
  /** null: it only looks like a mitigation. */
  readonly mitigation: string | null;
  readonly file: string;
  readonly line: number;
}

const kinds: Readonly<Record<Action['kind'], string>> = {
  rewrite: 'UrlRewrite',
  service: 'Service',
  'app-pool': 'AppPool',
  nothing: 'DoNothing',
};

/** What is worth a live request: rules that should act. */
const inForce: ReadonlySet<MitigationStatus> = new Set(['Active', 'Applied', 'Foreign', 'Obsolete']);

export interface StatusQuestion {
  readonly known: KnownState;
  readonly mitigations: KnownMitigations;
  readonly now: Date;
  /** Settings, approvals and what the agent found; absent: the server alone is judged. */
  readonly outlook?: Outlook;
  /** Sends canaries to the running server; absent: files and states alone are read. */
  readonly prober?: HealthProber;
}

/** What is active on a server: the journals, the server itself and its build, each read and none assumed. */
export const statusOf = async (
  reader: ServerReader,
  {known, mitigations, now, outlook, prober}: StatusQuestion,
): Promise<ServerStatus> => {
  const {state} = known;
  const facts = await reader.facts();
  const {environment} = facts;
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const texts = mitigations.known.map(({mitigation}) => mitigation);
  const broken = await brokenApplications(configuration);
  const rows: StatusRow[] = [];
  for (const mitigation of texts) {
    const judged = await judgeMitigation(mitigation, state, {
      reader,
      configuration,
      facts,
      broken,
    });
    const live = prober && inForce.has(judged.status) ? await proveLive(mitigation, {configuration, prober}) : [];
    rows.push(withOutlook(rowOf(judged, live), judged, outlook));
  }
  for (const [id, why] of mitigations.unknown) rows.push(await rowByJournal(id, why, {reader, known}));
  if (outlook) rows.push(...unknownSignals(outlook, rows));
  const expired = new Set(expiredConfirms(state, now).map(({run}) => run));
  const leftovers = await leftoversOf(configuration, {state, mitigations: texts});
  return {
    hostName: facts.hostName,
    exchangeBuild: facts.exchange?.build ?? null,
    buildSource: facts.exchange?.buildSource ?? null,
    mitigations: rows,
    unfinished: state.unfinished?.runId ?? null,
    unrestored: unrestoredOf(known).map(({run, ids}) => ({run, ids})),
    pendingConfirms: state.pendingConfirms.map(({run, deadline}) => ({run, deadline, expired: expired.has(run)})),
    lastExpired: expiryOf(state),
    broken,
    leftovers: leftovers.map(leftoverRow),
  };
};

const withOutlook = (row: StatusRow, {mitigation, status}: Judged, outlook: Outlook | undefined): StatusRow => {
  if (!outlook) return row;
  const verdict = judgeOutlook(mitigation, status, outlook);
  return {...row, status: verdict.status, details: [...row.details, ...verdict.details]};
};

/** What is announced and nobody here knows: worth an alarm, and a row. */
const unknownSignals = ({feed: {announced}}: Outlook, rows: readonly StatusRow[]): readonly StatusRow[] =>
  [...announced]
    .filter(([id]) => rows.every((row) => row.id !== id))
    .map(([id, description]) => ({
      ...{id, type: 'unknown', description, status: 'Published' as const},
      details: ['the catalogue does not know it: read what its publisher says, and decide'],
      ...{run: null, since: null, live: []},
    }));

export const leftoverRow = ({name, by, mitigation, at, line}: Leftover): LeftoverRow => ({
  name,
  by,
  mitigation: mitigation ?? null,
  file: at.file,
  line,
});

/** What the journals know of mitigations that no text describes any more. */
const rowByJournal = async (
  id: string,
  why: string,
  {reader, known}: {reader: ServerReader; known: KnownState},
): Promise<StatusRow> => {
  const active = known.state.mitigations.get(id);
  const {standing, wanted} = await judgeByJournal(id, known, reader);
  const left = `${standing} of ${wanted} things that its runs brought about are so`;
  return {
    id,
    type: 'unknown',
    description: '',
    status: standing === wanted ? 'Unknown source' : standing === 0 ? 'Missing' : 'Drifted',
    details: [why, left],
    run: active?.run ?? null,
    since: active?.since ?? null,
    live: [],
  };
};

const rowOf = ({mitigation, active, status, details}: Judged, live: readonly LiveProof[]): StatusRow => ({
  id: mitigation.id,
  type: [...new Set(mitigation.actions.map(({kind}) => kinds[kind]))].join(', '),
  description: mitigation.description,
  // What the files say counts for nothing where the server does otherwise.
  status: live.some(({acts}) => acts === false) ? 'Not effective' : status,
  details: [...details, ...live.map(({rule, why}) => `live, rule "${rule}": ${why}`)],
  run: active?.run ?? null,
  since: active?.since ?? null,
  live,
});

/** The last word on confirms that did not come: who took the run back, or why nobody could. */
const expiryOf = ({runs}: State): ServerStatus['lastExpired'] => {
  const run = runs.findLast(({expiry}) => expiry !== undefined);
  if (!run?.expiry) return null;
  const {deadline, actor, failed} = run.expiry;
  const later = runs.slice(runs.indexOf(run) + 1);
  const back = later.find(({kind, reason}) => kind === 'expired-confirm' && reason.includes(`run ${run.runId} `));
  const by = run.outcome === 'restored' ? run.runId : back?.outcome === 'done' ? back.runId : null;
  return {run: run.runId, deadline, actor, takenBackBy: by, failed: failed ?? null};
};
