/** What a template can refer to while a request is on its way. */
export interface Scope {
  /** Server variables by upper-case name. */
  readonly variable: (name: string) => string | undefined;
  /** `{R:n}`: captures of the rule's match. */
  readonly matched: readonly string[];
  /** `{C:n}`: captures of the conditions so far. */
  readonly captured: readonly string[];
  /** Rewrite maps by lower-case name. */
  readonly map: (name: string, key: string) => string | undefined;
}

/** Decodes %XX once; what is no valid UTF-8 stays as it was sent. */
export const urlDecode = (text: string): string =>
  text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });

const htmlEncode = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const functions: Readonly<Record<string, (text: string) => string>> = {
  tolower: (text) => text.toLowerCase(),
  urlencode: encodeURIComponent,
  urldecode: urlDecode,
  htmlencode: htmlEncode,
};

const reference = (inner: string, scope: Scope): string => {
  const colon = inner.indexOf(':');
  if (colon === -1) return scope.variable(inner.toUpperCase()) ?? '';
  const [name, rest] = [inner.slice(0, colon), inner.slice(colon + 1)];
  if (/^[RC]$/i.test(name) && /^\d$/.test(rest)) {
    return (name.toUpperCase() === 'R' ? scope.matched : scope.captured)[Number(rest)] ?? '';
  }
  const argument = expand(rest, scope);
  const apply = functions[name.toLowerCase()];
  return apply ? apply(argument) : (scope.map(name, argument) ?? '');
};

/** Where the bracket that opens at `start` closes, or -1. */
const closing = (text: string, start: number): number => {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
};

/** Replaces every `{...}` of a template; an opening bracket that never closes is text. */
export const expand = (template: string, scope: Scope): string => {
  let result = '';
  for (let at = 0; at < template.length; ) {
    const end = template[at] === '{' ? closing(template, at) : -1;
    if (end === -1) result += template[at++];
    else {
      result += reference(template.slice(at + 1, end), scope);
      at = end + 1;
    }
  }
  return result;
};
