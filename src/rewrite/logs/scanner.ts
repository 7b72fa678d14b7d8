import {assemble} from './wasm/assemble.ts';
import {layout, pages} from './wasm/layout.ts';
import {scanKernel} from './wasm/scan-kernel.ts';

/** Texts of ASCII letters and digits, in lower case, that a line must hold, all of them. */
export type Literals = readonly string[];

/** A line that a rule might be about: offsets in `memory`, without its newline. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
}

export interface Scanned {
  /** In order. */
  readonly candidates: readonly Candidate[];
  /** Number of lines passed over, candidates included. */
  readonly lines: number;
  /** Where the search stopped: at its end, or at a line that begins with `#`. */
  readonly stopped: number;
}

interface Kernel {
  readonly memory: {readonly buffer: ArrayBuffer};
  readonly newlines: {value: number};
  readonly found: {value: number};
  readonly base: {value: number};
  readonly settled: {value: number};
  readonly passed: {value: number};
  readonly scan: (from: number, to: number, lowestEscape: number) => number;
}

// @types/node leaves WebAssembly to the types of browsers.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {readonly exports: unknown};
};

let assembled: object | undefined;

/** The search as a module of WebAssembly. To assemble it costs as much as a hundred megabytes of logs: once is enough. */
export const scanModule = (): object => {
  assembled ??= new WebAssembly.Module(assemble(scanKernel));
  return assembled;
};

/** Takes the module that another thread has assembled. */
export const takeScanModule = (module: object): void => {
  assembled ??= module;
};

const isKernel = (exports: unknown): exports is Kernel =>
  typeof exports === 'object' && exports !== null && 'scan' in exports && 'memory' in exports;

const instantiate = (): Kernel => {
  const {exports} = new WebAssembly.Instance(scanModule());
  if (!isKernel(exports)) throw new TypeError('the kernel exports something else');
  return exports;
};

/** How common a letter is in URLs and log lines, roughly; the rarest are looked for first. */
const commonness = 'zqjxkvwybfghpmuldcnrsitaoe0123456789';

const rarest = (text: string): readonly [number, number] => {
  const order = Array.from(text, (_, index) => index).toSorted(
    (a, b) => commonness.indexOf(text.charAt(a)) - commonness.indexOf(text.charAt(b)),
  );
  const [first = 0, second = 0] = order;
  return [Math.min(first, second), Math.max(first, second)];
};

const longest = 32;
const mostTexts = 16;
// A byte that no folded byte equals: nothing is found.
const never: Literals = ['A'];

/** What the kernel wants at the beginning of its memory: the table, the number and the bytes of the texts. */
const tableOf = (texts: Literals): Uint8Array => {
  const table = new Uint8Array(layout.texts + texts.length * longest);
  const view = new DataView(table.buffer);
  for (const [index, text] of texts.entries()) {
    const address = layout.texts + index * longest;
    const [i, j] = rarest(text);
    for (const [field, value] of [address, text.length, i, j].entries()) {
      view.setUint32(layout.table + index * 16 + field * 4, value, true);
    }
    table.set(Buffer.from(text), address);
  }
  view.setUint32(layout.count, texts.length, true);
  return table;
};

/** Searches a buffer for candidates. One scanner has one buffer of its own. */
export class Scanner {
  readonly #kernel = instantiate();
  /** The whole memory; the log may fill `from` to `to`. */
  readonly memory = new Uint8Array(this.#kernel.memory.buffer);
  readonly from: number = layout.log;
  readonly to = pages * 65536 - layout.padding - 1;
  readonly #view = new DataView(this.#kernel.memory.buffer);
  #tables: readonly Uint8Array[] = [tableOf(never)];
  #lowestEscape = 0xff;

  /** A line is a candidate where it holds all texts of one of the groups. */
  lookFor(groups: readonly Literals[]): void {
    const kept = groups.map((texts) => texts.slice(0, mostTexts).map((text) => text.slice(0, longest)));
    this.#tables = (kept.length === 0 ? [never] : kept).map(tableOf);
    // %3x is a digit or one of :;<=>? and common: only texts with digits ask for it. Where nothing is asked for, no escape is.
    this.#lowestEscape = kept.length === 0 ? 0xff : kept.some((texts) => /\d/.test(texts.join(''))) ? 0x33 : 0x34;
  }

  /**
   * Searches whole lines: the byte before `end` must be a newline, and `start` the beginning of a line. Bytes behind
   * `end` are kept.
   */
  scan(start: number, end: number): Scanned {
    const {memory} = this;
    memory.copyWithin(layout.kept, end, end + layout.padding);
    memory.fill(0, end, end + layout.padding);
    const sets: (readonly Candidate[])[] = [];
    let passed: Scanned = {candidates: [], lines: 0, stopped: end};
    for (const table of this.#tables) {
      passed = this.#pass(table, start, passed.stopped);
      sets.push(passed.candidates);
    }
    memory.copyWithin(end, layout.kept, layout.kept + layout.padding);
    return {...passed, candidates: union(sets)};
  }

  #pass(table: Uint8Array, start: number, end: number): Scanned {
    this.memory.set(table);
    const kernel = this.#kernel;
    const candidates: Candidate[] = [];
    for (const one of ['newlines', 'settled', 'passed'] as const) kernel[one].value = 0;
    kernel.base.value = start;
    let at = start;
    do {
      kernel.found.value = 0;
      at = kernel.scan(at, end, this.#lowestEscape);
      for (let index = 0; index < kernel.found.value; index++) {
        const entry = layout.candidates + index * 8;
        candidates.push({start: this.#view.getUint32(entry, true), end: this.#view.getUint32(entry + 4, true)});
      }
    } while (at < end && !(this.memory[at] === 0x23 && this.memory[at - 1] === 0x0a));
    return {candidates, lines: kernel.newlines.value, stopped: Math.min(at, end)};
  }
}

const union = (sets: readonly (readonly Candidate[])[]): readonly Candidate[] => {
  if (sets.length === 1) return sets[0] ?? [];
  const byStart = new Map(sets.flat().map((candidate) => [candidate.start, candidate]));
  return [...byStart.values()].toSorted((a, b) => a.start - b.start);
};
