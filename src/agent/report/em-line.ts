/*
 * The style of the EM service's log, as its published lines show it (test/agent/report/em-line.test.ts reads them):
 *   FetchMitigation,S:LogLevel=Error;'S:Message=... Response xml''s ...'; S:Source=...
 */

export interface EmLine {
  /** Before the comma; most of the published lines have none. */
  readonly component?: string;
  /** Name and value, in order: LogLevel, Message, Source. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** A field that holds an apostrophe is wrapped in apostrophes, and its own are doubled; `;` would end it otherwise too. */
const quoted = (field: string): string => (/[';]/.test(field) ? `'${field.replaceAll("'", "''")}'` : field);

export const emLine = ({component, fields}: EmLine): string => {
  const parts = fields.map(([name, value]) => quoted(`S:${name}=${value}`));
  // Behind a quoted field the published line has a blank; behind others there is none.
  const text = parts.map((part, index) => (index > 0 && parts[index - 1]?.endsWith("'") ? ` ${part}` : part)).join(';');
  return component === undefined ? text : `${component},${text}`;
};
