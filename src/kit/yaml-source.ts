import './zod-settings.ts';
import {LineCounter, parseDocument} from 'yaml';
import type {z} from 'zod';
import {Refusal} from './refusal.ts';

export interface YamlSource {
  /** How the file is named to the person. */
  readonly file: string;
  readonly text: string;
}

const isPathPart = (part: PropertyKey): part is string | number => typeof part !== 'symbol';

/**
 * Reads YAML and checks it against a schema. A fault is answered with file, line, column and reason: syntax errors from
 * the parser's position, schema errors from the position of the nearest node that exists.
 */
export const readYaml = <S extends z.ZodType>(source: YamlSource, schema: S, code: string): z.output<S> => {
  const lines = new LineCounter();
  const document = parseDocument(source.text, {lineCounter: lines, prettyErrors: false, uniqueKeys: true});
  const refuse = (reason: string, offset: number): never => {
    const {line, col} = lines.linePos(offset);
    throw new Refusal(code, `${source.file}:${line}:${col}: ${reason}`, {
      where: {file: source.file, line, column: col},
      next: [{label: 'Correct the file and try again'}],
    });
  };
  const fault = document.errors[0];
  if (fault) refuse(fault.message, fault.pos[0]);
  const result = schema.safeParse(document.toJS({maxAliasCount: 50}));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (!issue) return refuse('does not fit the schema', 0);
  const path = issue.path.filter(isPathPart);
  const at = path.length === 0 ? '' : `${path.join('.')}: `;
  return refuse(`${at}${issue.message}`, offsetOf(document, path));
};

const offsetOf = (document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number => {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return document.contents?.range?.[0] ?? 0;
};
