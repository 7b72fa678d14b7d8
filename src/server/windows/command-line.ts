/*
 * One line that the C runtime takes apart into the argv that was meant (Microsoft, "Parsing C command-line arguments"). Only
 * for places that take no argv: the service control manager and the task scheduler keep a line.
 */

const quoted = (argument: string): string =>
  // Backslashes are themselves but before a quote, where each needs another one.
  `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;

const word = (argument: string): string => (/^[^\s"]+$/.test(argument) ? argument : quoted(argument));

/** @param program a path, always in quotes: an unquoted one with a blank in it may start another program. */
export const windowsCommandLine = (program: string, args: readonly string[]): string =>
  [`"${program}"`, ...args.map(word)].join(' ');

export const argumentLine = (args: readonly string[]): string => args.map(word).join(' ');
