import {replay} from '../journal/replay.ts';
import type {FileChange, State} from '../journal/state.ts';
import {sha256} from '../kit/hash.ts';
import {note, warn} from '../plan/finding.ts';
import type {Finding} from '../plan/model.ts';
import type {ServerReader} from '../server/server.ts';
import type {RollbackRequest} from './request.ts';

/** A file that can go back to bytes that are kept. */
export interface ExactRestore {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** Reference of the backup. */
  readonly backup: string;
  /** Runs whose changes of the file go with it. */
  readonly runs: readonly string[];
}

export interface ExactPlan {
  readonly restores: readonly ExactRestore[];
  readonly findings: readonly Finding[];
}

/**
 * A file goes back byte for byte only if it is still what our last run left, our runs followed each other without
 * anybody between them, and there was a moment at which exactly the mitigations were active that stay active now.
 */
export const exactRestores = async (request: RollbackRequest, reader: ServerReader): Promise<ExactPlan> => {
  if (!request.exact && !request.fromBackup) return {restores: [], findings: []};
  const restores: ExactRestore[] = [];
  const findings: Finding[] = [];
  const concerned = runsOf(request);
  for (const changes of request.state.files.values()) {
    const last = changes.at(-1);
    if (!last || !changes.some(({run}) => concerned.has(run))) continue;
    const bytes = await reader.readFile(last.path);
    const now = bytes && sha256(bytes);
    const untouched = now === last.after;
    const back = untouched || request.fromBackup ? momentBefore(request, changes) : undefined;
    if (now !== undefined && back) {
      const runs = changes.slice(changes.indexOf(back)).map(({run}) => run);
      if (back.before !== now)
        restores.push({path: last.path, from: now, to: back.before, backup: `${back.run}/${back.before}`, runs});
      if (!untouched) findings.push(lost(last, now));
    } else findings.push(inexact(last, now));
  }
  return {restores, findings};
};

const lost = ({path, run}: FileChange, now: string): Finding =>
  warn(
    'ROLLBACK.LATER_EDITS_LOST',
    `${path} was changed by somebody after run ${run}; --from-backup puts the older bytes back, so that their change goes too. What is there now (SHA-256 ${now.slice(0, 12)}) is kept as a backup of this run`,
  );

const inexact = ({path, after}: FileChange, now: string | undefined): Finding =>
  note(
    'ROLLBACK.NOT_EXACT',
    now === after
      ? `${path} never was what it will be now: it is undone through appcmd, and form may be left behind`
      : `${path} was changed by somebody since: it is undone through appcmd, so that their change stays`,
  );

/** Runs that still hold something for the mitigations that go. */
const runsOf = ({ids, state}: RollbackRequest): ReadonlySet<string> =>
  new Set(ids.flatMap((id) => state.mitigations.get(id)?.steps.map(({run}) => run) ?? []));

const activeIds = (state: State): readonly string[] => [...state.mitigations.keys()].toSorted();

/** The earliest change of an unbroken chain before which exactly the right mitigations were active. */
const momentBefore = (
  request: RollbackRequest,
  changes: readonly FileChange[],
): (FileChange & {readonly before: string}) | undefined => {
  const wanted = JSON.stringify(activeIds(request.state).filter((id) => !request.ids.includes(id)));
  let found: (FileChange & {readonly before: string}) | undefined;
  for (const [index, change] of changes.entries().toArray().toReversed()) {
    const next = changes[index + 1];
    if (next && change.after !== next.before) break;
    const {before} = change;
    const until = request.runs.findIndex(({runId}) => runId === change.run);
    const active = JSON.stringify(activeIds(replay(request.runs.slice(0, until))));
    if (before !== null && active === wanted) found = {...change, before};
  }
  return found;
};
