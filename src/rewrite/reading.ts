/*
 * Where it is not known how URL Rewrite reads something, there is a reading that is taken and another that is tried
 * beside it. Only where the two lead to different answers is a trace uncertain, and then it says this.
 */
export const readings = {
  'plus-is-blank': 'whether UrlDecode turns "+" into a blank is not known',
  'percent-u': 'whether UrlDecode understands %uXXXX is not known',
  'byte-encoding': 'how bytes that are not UTF-8 are decoded is not known',
  'trimmed-argument': 'whether white space behind the colon of a function is part of its argument is not known',
  'encoded-characters': 'which characters UrlEncode encodes is not known',
  'request-uri-as-sent': 'whether {REQUEST_URI} changes when a rule has rewritten the URL is not known',
  'decoded-variables': 'how useOriginalURLEncoding="false" decodes server variables is not known',
  'capture-numbers': 'whether whole matches are counted when captures of all conditions are tracked is not known',
  'double-slashes': 'whether repeated slashes reach the rules is not known',
} as const;

export type Reading = keyof typeof readings;

/** A text that came out under the reading taken, and the readings on which it may depend. */
export interface Evaluated {
  readonly text: string;
  readonly touched: ReadonlySet<Reading>;
  /** Server variables whose value is not known; '' stands for them. */
  readonly unknown: readonly string[];
}

/** Shared: millions of texts depend on no reading at all. */
export const noReadings: ReadonlySet<Reading> = new Set();

export const plain = (text: string): Evaluated => ({text, touched: noReadings, unknown: []});

/** Texts one after the other, with everything on which the whole may depend. */
export const joined = (parts: readonly Evaluated[]): Evaluated => {
  const [first = plain(''), ...others] = parts;
  if (others.length === 0) return first;
  return {
    text: parts.map(({text}) => text).join(''),
    touched: new Set(parts.flatMap(({touched}) => [...touched])),
    unknown: parts.flatMap(({unknown}) => unknown),
  };
};
