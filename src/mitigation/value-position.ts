import {isScalar, LineCounter, parseDocument, Scalar} from 'yaml';
import {type Position, positionOf} from '../iis/text/position.ts';

export interface ValuePosition extends Position {
  /** False where the style of the text allows no exact answer: the position is the beginning of the value then. */
  readonly exact: boolean;
}

const lineAt = (lines: readonly string[], index: number): string => lines[index]?.replace(/\r$/, '') ?? '';

/**
 * Where the character at `offset` of a YAML string stands in the file. Exact for literal blocks (`|`), whose lines are
 * lines of the file; in other styles YAML folds and unescapes.
 */
export const positionInValue = (yaml: string, path: readonly (string | number)[], offset: number): ValuePosition => {
  const counter = new LineCounter();
  const node: unknown = parseDocument(yaml, {lineCounter: counter}).getIn(path, true);
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return {line: 1, column: 1, exact: false};
  const start = counter.linePos(node.range[0]);
  if (node.type !== Scalar.BLOCK_LITERAL) return {line: start.line, column: start.col, exact: false};
  const inside = positionOf(node.value, offset);
  const line = start.line + inside.line;
  const valueLine = lineAt(node.value.split('\n'), inside.line - 1);
  const indent = lineAt(yaml.split('\n'), line - 1).length - valueLine.length;
  return {line, column: Math.max(indent, 0) + inside.column, exact: true};
};
