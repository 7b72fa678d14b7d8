import {progressOf} from '../journal/progress.ts';
import {replay} from '../journal/replay.ts';
import type {FileChange, State} from '../journal/state.ts';
import type {RecordedRun} from '../journal/store.ts';
import {sha256} from '../kit/hash.ts';
import {note, warn} from '../plan/finding.ts';
import {fileKey} from '../plan/holds.ts';
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
 * anybody between them, and there was a moment at which exactly the mitigations stood in it that stay there now.
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

/** The steps of all runs that touch a file, as `run step`. */
const stepsTouching = (path: string, runs: readonly RecordedRun[]): ReadonlySet<string> =>
  new Set(
    runs.flatMap(({runId, lines}) =>
      (progressOf(lines).started?.plan.body.steps ?? [])
        .filter(({touches}) => touches.some((file) => fileKey(file) === fileKey(path)))
        .map(({id}) => `${runId} ${id}`),
    ),
  );

/** The mitigations of which something stands in the file of these steps. What stands elsewhere has no part in its bytes. */
const idsAmong = (touching: ReadonlySet<string>, {mitigations}: State): readonly string[] =>
  [...mitigations]
    .filter(([, {steps}]) => steps.some(({run, step}) => touching.has(`${run} ${step}`)))
    .map(([id]) => id)
    .toSorted();

/** The earliest change of an unbroken chain before which exactly the right mitigations stood in the file. */
const momentBefore = (
  {ids, state, runs}: RollbackRequest,
  changes: readonly FileChange[],
): (FileChange & {readonly before: string}) | undefined => {
  const touching = stepsTouching(changes[0]?.path ?? '', runs);
  const wanted = idsAmong(touching, state)
    .filter((id) => !ids.includes(id))
    .join('\n');
  let found: (FileChange & {readonly before: string}) | undefined;
  for (const [index, change] of changes.entries().toArray().toReversed()) {
    const next = changes[index + 1];
    if (next && change.after !== next.before) break;
    const {before} = change;
    const until = runs.findIndex(({runId}) => runId === change.run);
    if (before !== null && idsAmong(touching, replay(runs.slice(0, until))).join('\n') === wanted)
      found = {...change, before};
  }
  return found;
};
