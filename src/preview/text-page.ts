import pc from 'picocolors';
import {escapeControl} from '../kit/escape-control.ts';
import {redact} from '../kit/redact.ts';
import {wrap} from '../kit/wrap.ts';

export type Colours = ReturnType<typeof pc.createColors>;
export type Paint = (text: string) => string;

export interface TextOptions {
  readonly colour: boolean;
  /** Prose is wrapped there; commands and diffs never are, they are there to be copied. */
  readonly width: number;
}

/**
 * Lines for a terminal. Text enters as it is and is redacted, escaped and only then painted here, so that no line can
 * smuggle an escape sequence in or break out of its place.
 */
export interface TextPage {
  readonly colours: Colours;
  blank(): void;
  heading(text: string): void;
  /** One line whatever its length, or a wrapped one with a hanging indent. */
  exact(indent: number, text: string, paint?: Paint): void;
  prose(indent: number, lead: string, text: string, paint?: Paint): void;
  toString(): string;
}

export const createTextPage = ({colour, width}: TextOptions): TextPage => {
  const colours = pc.createColors(colour);
  const lines: string[] = [];
  const push = (indent: number, text: string, paint: Paint = String): void => {
    lines.push(text === '' ? '' : `${' '.repeat(indent)}${paint(text)}`);
  };
  const exact: TextPage['exact'] = (indent, text, paint) => push(indent, shown(text), paint);
  return {
    colours,
    blank: () => push(0, ''),
    heading: (text) => {
      push(0, '');
      exact(0, text, colours.bold);
    },
    exact,
    prose: (indent, lead, text, paint) => {
      const start = shown(lead);
      const [first = '', ...more] = wrap(shown(text), Math.max(30, width - indent - start.length));
      push(indent, `${start}${first}`, paint);
      for (const line of more) push(indent + start.length, line, paint);
    },
    toString: () => `${lines.join('\n')}\n`,
  };
};

/** Tabs stay: configuration files are indented with them. */
const shown = (text: string): string => escapeControl(redact(text)).replaceAll('\n', '\\n');
