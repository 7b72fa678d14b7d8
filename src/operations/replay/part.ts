import {closeSync, createReadStream, openSync, readSync} from 'node:fs';
import type {Readable} from 'node:stream';
import {setFlagsFromString} from 'node:v8';
import {createGunzip} from 'node:zlib';
import type {LogFields} from '../../rewrite/logs/fields.ts';
import {LogJudge} from '../../rewrite/logs/judge.ts';
import {Replay, type ReplayOptions} from '../../rewrite/logs/replay.ts';
import type {ReplayRules} from '../../rewrite/logs/replay-rules.ts';
import {Scanner} from '../../rewrite/logs/scanner.ts';
import type {Totals} from '../../rewrite/logs/tally.ts';

/** A piece of a log that one thread goes through: whole lines. */
export type Part =
  | {
      readonly kind: 'plain';
      readonly path: string;
      readonly from: number;
      readonly to: number;
      /** What is assumed to hold where it begins. */
      readonly fields: LogFields | undefined;
    }
  | {readonly kind: 'gzip'; readonly path: string; readonly bytes: number};

export interface PartResult {
  readonly totals: Totals;
  /** The fields in force at its end. */
  readonly fields: LogFields | undefined;
}

export interface ReplayJob {
  readonly rules: ReplayRules;
  readonly look: ReplayOptions['look'];
}

/** Making rules ready costs more than many parts have lines to look at: once for each thread is enough. */
const judges = new WeakMap<ReplayJob, LogJudge>();

/** As a check on everything that saves work, `every-line` remembers nothing either. */
const judgeFor = (job: ReplayJob): LogJudge => {
  const judge = judges.get(job) ?? new LogJudge(job.rules, job.look === 'every-line' ? 'forgets' : 'keeps');
  judges.set(job, judge);
  return judge;
};

// V8 would run the search in its quick first translation, at a third of the speed, for half a gigabyte or so.
setFlagsFromString('--no-liftoff');

/** Memory of WebAssembly is dear to get and to give back, above all where several threads do. */
const idle: Scanner[] = [];

/** Makes ready what every part needs: for a thread that has nothing else to do yet. */
export const getReady = (job?: ReplayJob): void => {
  if (idle.length === 0) idle.push(new Scanner());
  if (job) judgeFor(job);
};

/** A replay in this thread: `end` finishes it and gives its memory to the next one. */
const begin = (job: ReplayJob, fields: LogFields | undefined): {replay: Replay; end: () => PartResult} => {
  const scanner = idle.pop() ?? new Scanner();
  const replay = new Replay(judgeFor(job), {look: job.look, fields, scanner});
  const end = (): PartResult => {
    replay.finish();
    idle.push(scanner);
    return {totals: replay.totals, fields: replay.fields};
  };
  return {replay, end};
};

const replayRange = ({path, from, to, fields}: Part & {kind: 'plain'}, job: ReplayJob): PartResult => {
  const {replay, end} = begin(job, fields);
  const file = openSync(path, 'r');
  try {
    for (let at = from; at < to; ) {
      const room = replay.room();
      const read = readSync(file, room, 0, Math.min(room.length, to - at), at);
      if (read === 0) break;
      replay.wrote(read);
      at += read;
    }
  } finally {
    closeSync(file);
  }
  return end();
};

/** Goes through a stream as it comes. */
export const replayStream = async (
  stream: Readable,
  job: ReplayJob,
  onBytes: (bytes: number, requests: number) => void = () => undefined,
): Promise<PartResult> => {
  const {replay, end} = begin(job, undefined);
  for await (const chunk of stream) {
    const bytes: Uint8Array = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    for (let at = 0; at < bytes.length; ) {
      const room = replay.room();
      const piece = bytes.subarray(at, at + room.length);
      room.set(piece);
      replay.wrote(piece.length);
      at += piece.length;
    }
    onBytes(bytes.length, replay.totals.requests);
  }
  return end();
};

/** Counts one part in this thread. */
export const replayPart = (part: Part, job: ReplayJob): Promise<PartResult> | PartResult => {
  if (part.kind === 'plain') return replayRange(part, job);
  const source = createReadStream(part.path);
  const gunzip = createGunzip();
  // pipe() does not hand errors on: without this, a file that cannot be read would never end.
  source.on('error', (error) => gunzip.destroy(error));
  return replayStream(source.pipe(gunzip), job);
};
