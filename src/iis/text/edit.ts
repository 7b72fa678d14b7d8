/** Replaces `remove` UTF-16 units at `at` by `insert`; every other unit of the text stays what it was. */
export interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Applies edits that do not overlap; edits at one place keep their order. */
export const applyEdits = (text: string, edits: readonly Edit[]): string => {
  const ordered = edits.toSorted((a, b) => a.at - b.at);
  const parts: string[] = [];
  let from = 0;
  for (const edit of ordered) {
    if (edit.at < from) throw new RangeError(`edits overlap at ${edit.at}`);
    parts.push(text.slice(from, edit.at), edit.insert);
    from = edit.at + edit.remove;
  }
  parts.push(text.slice(from));
  return parts.join('');
};

/** So many line ends tell which kind a text uses; the rest of a large one is not looked at. */
const enough = 4096;

/** The line end that the text uses most; CRLF where it has none, as everything on Windows. */
export const lineEndOf = (text: string): '\r\n' | '\n' => {
  let crlf = 0;
  let all = 0;
  for (let at = text.indexOf('\n'); at !== -1 && all < enough; at = text.indexOf('\n', at + 1)) {
    all++;
    if (text.charCodeAt(at - 1) === 0x0d) crlf++;
  }
  return crlf * 2 >= all ? '\r\n' : '\n';
};
