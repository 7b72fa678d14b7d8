/** Every so many line ends one place is kept: the way from it is short, and a long text needs only a few hundred. */
const every = 1024;

/**
 * Counts line ends of a text (CR LF, LF, a CR alone) up to places that are asked for, and reads no further than the
 * furthest of them.
 */
export class LineCounter {
  readonly #text: string;
  /** Behind line end number 0, 1024, 2048 ... */
  readonly #places: number[] = [0];
  /** Where the last way ended: most places are asked for in the order of the text. */
  #last = {lines: 0, at: 0};
  /** Counts up to the few places at which pieces begin. */
  readonly #beginnings = new Map<number, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Line ends in `[from, to)`. */
  between(from: number, to: number): number {
    const before = this.#beginnings.get(from) ?? this.#before(from);
    this.#beginnings.set(from, before);
    return this.#before(to) - before;
  }

  #before(offset: number): number {
    let index = this.#places.findLastIndex((place) => place <= offset);
    let at = this.#places[index] ?? 0;
    let begun = 0;
    if (at < this.#last.at && this.#last.at <= offset) {
      at = this.#last.at;
      begun = this.#last.lines - index * every;
    }
    // Kept from line to line: most texts have no CR alone, and looking for the next one may lead to the very end.
    let cr = this.#text.indexOf('\r', at);
    for (let count = begun; ; count++) {
      if (count === every) {
        index++;
        this.#places[index] = at;
        count = 0;
      }
      const lf = this.#text.indexOf('\n', at);
      if (cr !== -1 && cr < at) cr = this.#text.indexOf('\r', at);
      const alone = cr !== -1 && (lf === -1 || cr < lf - 1);
      const end = alone ? cr + 1 : lf + 1;
      if (end === 0 || end > offset) {
        this.#last = {lines: index * every + count, at};
        return this.#last.lines;
      }
      at = end;
    }
  }
}
