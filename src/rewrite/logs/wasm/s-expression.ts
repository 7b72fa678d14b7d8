/** A text in brackets as a tree: `(i32.add (local.get $a) (i32.const 1))`. */
export type SExpression = string | readonly SExpression[];

/** Reads one expression; `;;` begins a comment. Only for sources of this project: a fault is a bug. */
export const parseSExpression = (source: string): SExpression => {
  const tokens = source.replace(/;;.*$/gm, '').match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  const open: SExpression[][] = [[]];
  for (const token of tokens) {
    if (token === '(') open.push([]);
    else if (token === ')') {
      const list = open.pop();
      const outer = open.at(-1);
      if (!list || !outer) throw new SyntaxError('a bracket is closed that was never opened');
      outer.push(list);
    } else open.at(-1)?.push(token);
  }
  const [whole, ...rest] = open[0] ?? [];
  if (open.length !== 1 || whole === undefined || rest.length > 0) throw new SyntaxError('not one expression');
  return whole;
};
