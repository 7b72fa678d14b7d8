/*
 * Text from a feed, a file or a command may carry escape sequences that rewrite what the administrator sees, or
 * bidirectional marks that reorder it. Everything that is shown to a person goes through here.
 */
const hidden =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/gu;

/** Shows control and invisible formatting characters as `\u{..}`; keeps newline and tab. */
export const escapeControl = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(hidden, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

/** The same for text that must stay on one line. */
export const escapeLine = (text: string): string => escapeControl(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
