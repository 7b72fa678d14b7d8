import {escapeControl} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';

/** HTML that was made by the tag below, the only way to make any. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Content = string | number | Html | readonly Html[] | undefined;

/** A template whose every value is text, redacted and escaped, unless it came out of a template itself. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(parts.reduce((out, part, index) => out + contentOf(values[index - 1]) + part));

const contentOf = (value: Content): string => {
  if (value === undefined) return '';
  if (value instanceof Html) return value.source;
  if (typeof value === 'object') return value.map(({source}) => source).join('');
  return escapeHtml(escapeControl(redact(String(value))).replaceAll('\n', '\\n'));
};

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
