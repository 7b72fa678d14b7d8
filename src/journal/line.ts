import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';
import {type JournalEvent, type JournalLine, journalLine} from './model.ts';

export const firstPrev = '0'.repeat(64);

/** Where a journal stands: what the next line has to continue. */
export interface ChainEnd {
  readonly seq: number;
  /** SHA-256 of the last line; `firstPrev` where there is none. */
  readonly prev: string;
}

export const chainStart: ChainEnd = {seq: 0, prev: firstPrev};

/** The text of the next line, without its newline. JSON escapes every newline and control character inside of it. */
export const encodeLine = (event: JournalEvent, end: ChainEnd, at: Date): string => {
  const body = JSON.stringify({seq: end.seq + 1, prev: end.prev, at: at.toISOString(), ...event});
  return `${body.slice(0, -1)},"sum":"${sha256(body)}"}`;
};

const sumPattern = /^(.*),"sum":"([0-9a-f]{64})"\}$/s;

const sumHolds = (text: string): boolean => {
  const match = sumPattern.exec(text);
  return match !== null && sha256(`${match[1]}}`) === match[2];
};

/** Why a line cannot be trusted; `undefined` with the line where it can. */
const judge = (bytes: Uint8Array, end: ChainEnd): {line: JournalLine; text: string} | {reason: string} => {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return {reason: 'it is not JSON'};
  }
  if (!sumHolds(text)) return {reason: 'its own checksum does not fit'};
  const parsed = journalLine.safeParse(value);
  if (!parsed.success) return {reason: `it is not a line of a journal (${parsed.error.issues[0]?.message ?? ''})`};
  if (parsed.data.seq !== end.seq + 1) return {reason: `it has number ${parsed.data.seq}`};
  if (parsed.data.prev !== end.prev) return {reason: 'it does not continue the line before it'};
  return {line: parsed.data, text};
};

const newline = 0x0a;
const split = (bytes: Uint8Array): {ended: Uint8Array[]; tail: Uint8Array} => {
  const ended: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
    ended.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return {ended, tail: bytes.subarray(from)};
};

/**
 * A write that a crash cut off leaves a last line without its newline, or, after a power failure, a line that the file
 * system made room for and never filled (NUL bytes, which JSON never holds). The append had not returned, so what the
 * line announces was not begun: dropping it is safe. A complete line with something behind it is none of this.
 */
const isTorn = (tail: Uint8Array): boolean =>
  tail.includes(0) || !/,"sum":"[0-9a-f]{64}"\}./s.test(new TextDecoder().decode(tail));

export interface ParsedJournal {
  readonly lines: readonly JournalLine[];
  readonly end: ChainEnd;
  /** Bytes up to the end of the last whole line. */
  readonly length: number;
  /** Bytes of a torn last line, not part of `lines`; 0 where there is none. */
  readonly torn: number;
}

/** Reads and verifies the whole chain. @throws Refusal JOURNAL.DAMAGED */
export const parseJournal = (bytes: Uint8Array, {runId, file}: {runId: string; file: string}): ParsedJournal => {
  const {ended, tail} = split(bytes);
  const lines: JournalLine[] = [];
  let end = chainStart;
  let length = 0;
  for (const [index, part] of ended.entries()) {
    const judged = judge(part, end);
    if ('reason' in judged) {
      const last = index === ended.length - 1 && tail.length === 0;
      if (last && part.includes(0)) return {lines, end, length, torn: bytes.length - length};
      throw damaged({runId, file, line: index + 1}, judged.reason);
    }
    lines.push(judged.line);
    end = {seq: judged.line.seq, prev: sha256(judged.text)};
    length += part.length + 1;
  }
  if (tail.length > 0 && !isTorn(tail)) {
    throw damaged({runId, file, line: ended.length + 1}, 'something stands behind its end');
  }
  return {lines, end, length, torn: tail.length};
};

const damaged = ({runId, file, line}: {runId: string; file: string; line: number}, reason: string): Refusal => {
  const trusted = line === 1 ? 'Nothing of it can be trusted' : `Lines 1 to ${line - 1} can be trusted`;
  return new Refusal(
    'JOURNAL.DAMAGED',
    `The journal of run ${runId} is damaged at line ${line}: ${reason}. ${trusted}.`,
    {
      where: {file, line},
      next: [
        {label: `Keep a copy of ${file}; what run ${runId} changed has to be compared with its backup folder by hand`},
      ],
    },
  );
};
