/*
 * Source text without what is not code. Not a parser: enough of JavaScript's lexical grammar to know a comment, a string,
 * a template and a regular expression when they begin.
 */

export interface SourceText {
  /** Without comments. */
  readonly code: string;
  /** Without comments and without the content of strings, templates and regular expressions. */
  readonly bare: string;
}

/** A slash behind one of these begins a regular expression, behind anything else it divides. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/;

/** How far the literal or comment that begins here goes, and what it is; undefined: plain code. */
const span = (text: string, before: string): {length: number; comment: boolean} | undefined => {
  const comment = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(text);
  if (comment) return {length: comment[0].length, comment: true};
  const literal =
    /^(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`)/.exec(text) ??
    (beforeRegex.test(before) ? /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.exec(text) : null);
  return literal ? {length: literal[0].length, comment: false} : undefined;
};

export const sourceText = (text: string): SourceText => {
  let code = '';
  let bare = '';
  for (let at = 0; at < text.length; ) {
    const found = /['"`/]/.test(text[at] ?? '') ? span(text.slice(at), bare.slice(-40)) : undefined;
    const part = text.slice(at, at + (found?.length ?? 1));
    if (!found?.comment) {
      code += part;
      bare += found ? `${part[0]}${part[0]}` : part;
    }
    at += part.length;
  }
  return {code, bare};
};
