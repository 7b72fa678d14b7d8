/** Ends a switch over a union: the compiler finds the missing case, and a value from outside the union is a bug. */
export const unreachable = (value: never): never => {
  throw new TypeError(`not a known case: ${JSON.stringify(value)}`);
};
