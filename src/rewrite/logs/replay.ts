import {type LogFields, parseFields, parseLine, sameFields} from './fields.ts';
import type {Focus} from './focus.ts';
import type {LogJudge} from './judge.ts';
import type {Scanner} from './scanner.ts';
import {count, emptyCounter, emptyTotals, entryOf, type Totals} from './tally.ts';

const newline = 0x0a;
const number = 0x23;
const byteOrderMark = [0xef, 0xbb, 0xbf];

export interface ReplayOptions {
  /** `every-line` looks at each request, as a check on the search for candidates. */
  readonly look: 'candidates' | 'every-line';
  /** What holds before the first list of fields; `undefined`: nothing does. */
  readonly fields: LogFields | undefined;
  /** Its memory is the replay's as long as that lasts. */
  readonly scanner: Scanner;
}

/**
 * Counts what rules do to the requests of a log that comes in pieces: fill `room()`, say how much with `wrote()`, and end
 * with `finish()`. Memory does not grow with the log.
 */
export class Replay {
  readonly totals: Totals = emptyTotals();
  readonly #scanner: Scanner;
  readonly #judge: LogJudge;
  readonly #look: ReplayOptions['look'];
  readonly #decoder = new TextDecoder('utf-8', {ignoreBOM: true});
  #fields: LogFields | undefined;
  #focus: Focus = {groups: [], everyLine: false, blind: new Map()};
  #have = 0;
  #begun = false;
  #tooLong = false;

  constructor(judge: LogJudge, {look, fields, scanner}: ReplayOptions) {
    this.#scanner = scanner;
    this.#judge = judge;
    this.#look = look;
    this.#turnTo(fields);
  }

  /** The fields in force now. */
  get fields(): LogFields | undefined {
    return this.#fields;
  }

  /** Where the next bytes go. */
  room(): Uint8Array {
    const {memory, from, to} = this.#scanner;
    return memory.subarray(from + this.#have, to);
  }

  wrote(bytes: number): void {
    const {memory, from, to} = this.#scanner;
    this.#have += bytes;
    if (!this.#begun && this.#have >= 3) this.#begin();
    const filled = from + this.#have;
    const end = memory.subarray(0, filled).lastIndexOf(newline) + 1;
    if (end > from) this.#lines(end);
    else if (filled >= to) {
      // No line of IIS is longer than 64 kB: this is no log, or a broken one.
      this.#tooLong = true;
      this.#have = 0;
    }
  }

  finish(): void {
    if (this.#have === 0) return;
    const {memory, from} = this.#scanner;
    memory[from + this.#have] = newline;
    this.#have++;
    this.#lines(from + this.#have);
  }

  #begin(): void {
    const {memory, from} = this.#scanner;
    this.#begun = true;
    if (!byteOrderMark.every((byte, index) => memory[from + index] === byte)) return;
    memory.copyWithin(from, from + 3, from + this.#have);
    this.#have -= 3;
  }

  /** Everything up to `end`, then what is left moves to the front. */
  #lines(end: number): void {
    const {memory, from} = this.#scanner;
    const filled = from + this.#have;
    let at: number = from;
    if (this.#tooLong) {
      at = memory.indexOf(newline, from) + 1;
      this.#count(1);
      if (this.#fields) {
        this.totals.lookedAt++;
        this.totals.unreadable++;
      }
      this.#tooLong = false;
    }
    while (at < end) at = memory[at] === number ? this.#directive(at) : this.#requests(at, end);
    memory.copyWithin(from, end, filled);
    this.#have = filled - end;
  }

  #text(start: number, end: number): string {
    return this.#decoder.decode(this.#scanner.memory.subarray(start, end));
  }

  #directive(at: number): number {
    const end = this.#scanner.memory.indexOf(newline, at);
    const fields = parseFields(this.#text(at, end).trimEnd());
    if (fields && !sameFields(fields, this.#fields)) this.#turnTo(fields);
    return end + 1;
  }

  #turnTo(fields: LogFields | undefined): void {
    this.#fields = fields;
    this.#focus = fields ? this.#judge.focusFor(fields) : {groups: [], everyLine: false, blind: new Map()};
    this.#scanner.lookFor(this.#focus.groups);
  }

  /** Requests up to the next directive, or to the end; returns where it came. */
  #requests(start: number, end: number): number {
    const every = this.#focus.everyLine || this.#look === 'every-line';
    const {stopped, lines} = this.#fields && every ? this.#everyLine(start, end) : this.#candidates(start, end);
    this.#count(lines);
    for (const [key, variables] of this.#focus.blind) {
      count(entryOf(this.totals.untold, key, emptyCounter), variables.join('\n'), lines);
    }
    return stopped;
  }

  #count(lines: number): void {
    this.totals[this.#fields ? 'requests' : 'withoutFields'] += lines;
  }

  #candidates(start: number, end: number): {readonly stopped: number; readonly lines: number} {
    const {candidates, stopped, lines} = this.#scanner.scan(start, end);
    for (const candidate of candidates) this.#line(candidate.start, candidate.end);
    return {stopped, lines};
  }

  #everyLine(start: number, end: number): {readonly stopped: number; readonly lines: number} {
    const {memory} = this.#scanner;
    let at = start;
    let lines = 0;
    while (at < end && memory[at] !== number) {
      const next = memory.indexOf(newline, at);
      this.#line(at, next);
      lines++;
      at = next + 1;
    }
    return {stopped: at, lines};
  }

  #line(start: number, end: number): void {
    if (!this.#fields) return;
    this.totals.lookedAt++;
    const line = parseLine(this.#text(start, end), this.#fields);
    if (line) this.#judge.judge(line, this.#focus, this.totals);
    else this.totals.unreadable++;
  }
}
