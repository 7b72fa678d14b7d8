/**
 * The one JSON text of a value: two spaces, keys in the order in which the value was built, a final newline. Whoever
 * builds a value in schema order gets the same bytes from the same value, and so the same hash.
 */
export const canonicalJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
