/*
 * A command line as a person would type it. stopgap itself starts programs by argv without any shell; these forms are for
 * the eyes and for copying, each exact in its own shell.
 */

/** What a person must know before copying a line. */
export const shellNote =
  'The command lines are for the prompt of cmd.exe (a batch file wants each % twice) and for Windows PowerShell 5.1.';

/** One of the two programs and its argv, as a plan holds it. */
export interface PrintableCommand {
  readonly tool: 'appcmd.exe' | 'sc.exe';
  readonly args: readonly string[];
}

// Full paths: in Windows PowerShell `sc` is an alias of Set-Content, and appcmd is not on the PATH.
const folder = {'appcmd.exe': '\\System32\\inetsrv\\', 'sc.exe': '\\System32\\'} as const;

/** Needs no quotes in either shell. A comma, `@`, `{` or `(` means something to PowerShell, so they are not in here. */
const plain = /^[\w./\\:=+-]+$/;

/** The rules by which a Windows program splits its command line: back slashes count only before a double quote. */
const crtEscape = (argument: string): string => argument.replace(/(\\*)"/g, '$1$1\\"');
const crtQuote = (argument: string): string => `"${crtEscape(argument).replace(/\\+$/, '$&$&')}"`;

/**
 * For cmd.exe at its prompt; in a batch file each `%` would have to be doubled. cmd.exe knows no `\"`: behind one it
 * believes to be outside of quotes, where `&` ends the command. And two `%`, also in two arguments, may name a variable.
 * Such arguments are given without cmd.exe's quotes at all, every special character behind a caret.
 */
export const cmdForm = ({tool, args}: PrintableCommand): string => {
  const variables = args.join('').split('%').length > 2;
  const form = (argument: string): string => {
    if (plain.test(argument)) return argument;
    const unsafe = argument.includes('"') || (variables && argument.includes('%'));
    return unsafe ? crtQuote(argument).replace(/[()%!^"<>&|]/g, '^$&') : crtQuote(argument);
  };
  return [`%windir%${folder[tool]}${tool}`, ...args.map(form)].join(' ');
};

/**
 * For Windows PowerShell 5.1, the one on an Exchange server. It doubles single quotes (the typographic ones count too),
 * puts double quotes around an argument with blanks but escapes nothing inside of it, and drops an empty one.
 */
export const powerShellForm = ({tool, args}: PrintableCommand): string =>
  [`& "$env:windir${folder[tool]}${tool}"`, ...args.map(powerShellArgument)].join(' ');

const powerShellArgument = (argument: string): string => {
  if (plain.test(argument) && !argument.startsWith('-')) return argument;
  const escaped = crtEscape(argument);
  const passed = /\s/.test(argument) ? escaped.replace(/\\+$/, '$&$&') : escaped;
  return `'${(passed === '' ? '""' : passed).replace(/['\u2018-\u201B]/g, '$&$&')}'`;
};
