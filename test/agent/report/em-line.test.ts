import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {type EmLine, emLine} from '../../../src/agent/report/em-line.ts';

const facts = join(import.meta.dirname, '../../../../shared/facts/eems-messages.json');
const have = existsSync(facts);
if (!have) console.warn('SKIPPED: no published lines of the EM service in ../shared/facts');

/** Reads a line as a person does: fields end at `;`, but not inside of apostrophes, where two stand for one. */
const read = (line: string): EmLine => {
  const component = /^(\w+),/.exec(line)?.[1];
  const rest = component === undefined ? line : line.slice(component.length + 1);
  const fields = [...rest.matchAll(/\s*(?:'((?:[^']|'')*)'|([^;']+))(?:;|$)/g)].map(([, quoted, plain]) => {
    const text = (quoted?.replaceAll("''", "'") ?? plain ?? '').replace(/^S:/, '');
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return {...(component !== undefined && {component}), fields};
};

describe.skipIf(!have)('the published lines of the EM service', () => {
  const {logLines}: {logLines: string[]} = JSON.parse(have ? readFileSync(facts, 'utf8') : '{"logLines":[]}');

  test('there are eight', () => expect(logLines).toHaveLength(8));

  test.each(logLines)('%s: its fields written again give the same line', (line) => {
    const parts = read(line);
    expect(parts.fields.map(([name]) => name).slice(0, 2)).toEqual(['LogLevel', 'Message']);
    expect(emLine(parts)).toBe(line);
  });
});

test('a field with an apostrophe or a semicolon is wrapped, and its apostrophes are doubled', () => {
  expect(emLine({fields: [['Message', "it's"]]})).toBe("'S:Message=it''s'");
  expect(emLine({fields: [['Message', 'a;b']]})).toBe("'S:Message=a;b'");
});

test.each([["'"], ["''"], [';'], ["';'"], ["a'; S:LogLevel=Error"], ["ends with '"]])(
  'a message of %j cannot pass for another field',
  (message) => {
    const fields = [
      ['LogLevel', 'Error'],
      ['Message', message],
      ['Source', 'X'],
    ] as const;
    expect(read(emLine({component: 'Agent', fields}))).toEqual({component: 'Agent', fields});
  },
);
