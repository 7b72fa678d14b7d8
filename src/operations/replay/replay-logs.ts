import type {Readable} from 'node:stream';
import {Refusal} from '../../kit/refusal.ts';
import {sameFields} from '../../rewrite/logs/fields.ts';
import {emptyTotals, mergeTotals, type Totals} from '../../rewrite/logs/tally.ts';
import {endHelpers, type Helper, startHelpers} from './helper.ts';
import {type FoundLogs, firstFields, type LogFile, lineAt, nameTheFolder} from './log-files.ts';
import {type Part, type PartResult, type ReplayJob, replayStream} from './part.ts';
import {defaultThreads, replayHere, replayParts} from './threads.ts';

export interface Progress {
  readonly bytes: number;
  /** `undefined`: nobody knows, as with standard input. */
  readonly of: number | undefined;
  readonly requests: number;
}

export interface ReplayRequest extends ReplayJob {
  readonly files: readonly LogFile[];
  readonly stdin: Readable;
  /** Where no helpers are given: at most that many threads, this one included. */
  readonly threads?: number;
  /** Threads that run already; who has started them ends them. */
  readonly helpers?: readonly Helper[];
  /** Length of the parts that threads take, in bytes. */
  readonly partBytes?: number;
  readonly onProgress?: (progress: Progress) => void;
}

const defaultPartBytes = 32 * 1024 * 1024;

const partsOf = (file: LogFile & {kind: 'plain' | 'gzip'}, partBytes: number): readonly Part[] => {
  const {kind, path, bytes} = file;
  if (kind === 'gzip') return [{kind, path, bytes}];
  if (bytes <= partBytes) return [{kind, path, from: 0, to: bytes, fields: undefined}];
  const fields = firstFields(path);
  const pieces = Math.ceil(bytes / partBytes);
  const borders = Array.from({length: pieces + 1}, (_, index) =>
    index === pieces ? bytes : lineAt(path, index * partBytes, bytes),
  );
  return borders.slice(1).flatMap((to, index): readonly Part[] => {
    const from = borders[index] ?? 0;
    return from < to ? [{kind, path, from, to, fields: from === 0 ? undefined : fields}] : [];
  });
};

/**
 * A part in the middle of a file is counted under the fields of the file's head. Where others turn out to hold, it is
 * counted again: `undefined` means that the assumption was right.
 */
const corrected = (part: Part, previous: {part: Part; result: PartResult} | undefined): Part | undefined => {
  if (part.kind !== 'plain' || part.from === 0 || !previous || previous.part.path !== part.path) return undefined;
  const {fields} = previous.result;
  return sameFields(fields, part.fields) ? undefined : {...part, fields};
};

/** How many of the threads would find something to do. */
export const usefulThreads = (files: readonly LogFile[], most = defaultThreads()): number => {
  const parts = files.map((file) => (file.kind === 'plain' ? Math.ceil(file.bytes / defaultPartBytes) : 1));
  const all = parts.reduce((sum, count) => sum + count, 0);
  return Math.min(most, all);
};

export interface ReplayedLogs extends Totals {
  /** Files that hold lines and no list of fields: they are no logs of IIS. `-` is standard input. */
  readonly filesWithoutFields: readonly string[];
}

/** A list of fields may come in any part of a file: the last one that was counted knows. */
const noteFields = (bare: Set<string>, path: string, {fields, totals}: PartResult): void => {
  if (fields) bare.delete(path);
  else if (totals.withoutFields > 0) bare.add(path);
};

/** "No request would be met" must not be the answer where there was no log. @throws Refusal IMPACT.NO_IIS_LOG */
export const refuseNoLogs = ({files}: FoundLogs, {filesWithoutFields}: ReplayedLogs): void => {
  const first = filesWithoutFields[0];
  if (first === undefined || filesWithoutFields.length < files.length) return;
  const named = first === '-' ? 'standard input' : first;
  const others = filesWithoutFields.length - 1;
  const message = `${named}${others > 0 ? ` and ${others} more` : ''}: no #Fields line, so no IIS log in W3C format`;
  throw new Refusal('IMPACT.NO_IIS_LOG', message, {
    ...(first === '-' ? {} : {where: {file: first}}),
    next: [nameTheFolder],
  });
};

/** Replays logs and counts. Nothing is written; memory does not grow with the logs. */
export const replayLogs = async (request: ReplayRequest): Promise<ReplayedLogs> => {
  const {files, stdin, rules, look, onProgress = () => undefined} = request;
  const totals = emptyTotals();
  const named = files.filter((file) => file.kind !== 'stdin');
  const parts = named.flatMap((file) => partsOf(file, request.partBytes ?? defaultPartBytes));
  const of = named.length === files.length ? named.reduce((sum, {bytes}) => sum + bytes, 0) : undefined;
  const bare = new Set<string>();
  const done = {bytes: 0, requests: 0};
  const job = {rules, look};
  let previous: {part: Part; result: PartResult} | undefined;
  const take = async (part: Part, counted: PartResult): Promise<void> => {
    const again = corrected(part, previous);
    const result = again ? await replayHere(again, job) : counted;
    mergeTotals(totals, result.totals);
    noteFields(bare, part.path, result);
    previous = {part, result};
    done.bytes += part.kind === 'plain' ? part.to - part.from : part.bytes;
    done.requests += result.totals.requests;
    onProgress({...done, of});
  };
  const helpers = request.helpers ?? startHelpers(Math.min(request.threads ?? defaultThreads(), parts.length) - 1);
  try {
    await replayParts(parts, job, {helpers, take});
  } finally {
    if (!request.helpers) await endHelpers(helpers);
  }
  if (named.length < files.length) {
    const streamed = await replayStream(stdin, job, (bytes, requests) => {
      done.bytes += bytes;
      onProgress({bytes: done.bytes, of, requests: done.requests + requests});
    });
    mergeTotals(totals, streamed.totals);
    noteFields(bare, '-', streamed);
  }
  return {...totals, filesWithoutFields: [...bare]};
};
