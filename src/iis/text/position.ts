export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Line and column of an offset; CRLF, LF and a lone CR each end one line. */
export const positionOf = (text: string, offset: number): Position => {
  let line = 1;
  let lineStart = 0;
  for (let index = 0; index < offset; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(index + 1) !== 0x0a)) {
      line++;
      lineStart = index + 1;
    }
  }
  return {line, column: offset - lineStart + 1};
};

/** Offsets at which the lines of a text begin, for many questions about one text. */
export const lineStartsOf = (text: string): readonly number[] => {
  const starts = [0];
  let cr = text.indexOf('\r');
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    // Only a CR that stands alone ends a line by itself.
    for (; cr !== -1 && cr < at - 1; cr = text.indexOf('\r', cr + 1)) starts.push(cr + 1);
    if (cr === at - 1) cr = text.indexOf('\r', at);
    starts.push(at + 1);
  }
  for (; cr !== -1; cr = text.indexOf('\r', cr + 1)) starts.push(cr + 1);
  return starts;
};

/** The line of an offset, from 1. */
export const lineIn = (starts: readonly number[], offset: number): number => {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
};
