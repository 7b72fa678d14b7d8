import {describe, expect, test} from 'vitest';
import type {ElementAddress} from '../../src/plan/model.ts';
import {Prediction} from '../../src/plan/predict.ts';
import {unifiedDiff} from '../../src/plan/unified-diff.ts';
import {memoryServer} from '../support/memory-server.ts';

const path = 'C:\\web\\web.config';
const section = 'system.webServer/rewrite/rules';
const at: ElementAddress = {
  file: path,
  location: null,
  configPath: 'S',
  section,
  collection: '',
  element: 'rule',
  keys: {name: 'r'},
};
const addition = (name: string) => ({
  location: null,
  section,
  collection: '',
  element: {name: 'rule', attributes: [['name', name]] as const, children: []},
});

const prediction = (content?: string | Uint8Array, emptyParents: 'remove' | 'leave' = 'remove'): Prediction =>
  new Prediction({...memoryServer(content === undefined ? {} : {files: {[path]: content}}), emptyParents});
const textOf = (predicted: Prediction): string | undefined => {
  const bytes = predicted.changed().get(path);
  return bytes && new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);
};
const config = '<configuration>\r\n    <asp />\r\n</configuration>\r\n';

describe('a prediction', () => {
  test('of nothing changes nothing', () => {
    expect(prediction(config).changed().size).toBe(0);
    expect(prediction(config).diffs()).toEqual([]);
  });

  test('sees its own earlier edits, in whatever spelling of the path', async () => {
    const predicted = prediction(config);
    await predicted.add(path, [addition('r')]);
    await predicted.add('c:/WEB/web.config', [addition('s')]);
    expect(textOf(predicted)?.match(/<rules>/g)).toHaveLength(1);
    expect(predicted.diffs()).toHaveLength(1);
  });

  test('that adds and removes leaves no diff', async () => {
    const predicted = prediction(config);
    await predicted.add(path, [addition('r')]);
    await predicted.remove([at]);
    expect(predicted.diffs()).toEqual([]);
    expect(predicted.changed().size).toBe(0);
  });

  test('keeps byte order mark and encoding', async () => {
    const predicted = prediction(`\uFEFF${config}`);
    await predicted.add(path, [addition('r')]);
    expect(textOf(predicted)?.startsWith('\uFEFF<configuration>')).toBe(true);
    const wide = Buffer.from('\uFEFF<configuration />', 'utf16le');
    const other = prediction(new Uint8Array(wide));
    await other.add(path, [addition('r')]);
    expect(Buffer.from(other.changed().get(path) ?? []).toString('utf16le')).toContain('<rule name="r" />');
  });

  test('of a whole file shows what a restore would bring, and refuses one that is malformed', async () => {
    const predicted = prediction(config);
    await predicted.replace(path, new TextEncoder().encode(config.replace('<asp />', '<asp enabled="true" />')));
    expect(predicted.diffs()[0]?.diff).toContain('+    <asp enabled="true" />');
    await expect(predicted.replace(path, new TextEncoder().encode('<configuration>'))).rejects.toMatchObject({
      code: 'IIS.MALFORMED',
    });
  });

  test('can leave empty parents behind', async () => {
    const predicted = prediction(
      config.replace(
        '<asp />',
        '<system.webServer>\r\n<rewrite><rules><rule name="R" /></rules></rewrite></system.webServer>',
      ),
      'leave',
    );
    await predicted.remove([at]);
    expect(textOf(predicted)).toContain('<rules></rules>');
  });
});

describe('a unified diff', () => {
  const before = Array.from({length: 20}, (_, index) => `line ${index + 1}`).join('\n');

  test('has the path unquoted, three lines of context and true line numbers', () => {
    expect(unifiedDiff(path, before, before.replace('line 10\n', 'line 10\nnew\n'))).toBe(
      [
        `--- ${path}`,
        `+++ ${path}`,
        '@@ -8,6 +8,7 @@',
        ' line 8',
        ' line 9',
        ' line 10',
        '+new',
        ' line 11',
        ' line 12',
        ' line 13',
        '',
      ].join('\n'),
    );
  });

  test('looks at no line ends: a file of CRLF gives no carriage return to a terminal', () => {
    const crlf = before.replaceAll('\n', '\r\n');
    expect(unifiedDiff(path, crlf, crlf.replace('line 10\r\n', 'line 10\r\nnew\r\n'))).not.toContain('\r');
  });

  test.each([
    ['a password', '<processModel password="hunter2" />', 'hunter2'],
    ['an encrypted value', '<add value="[enc:AesProvider:aGVsbG8=:enc]" />', 'aGVsbG8='],
    ['a session key', '<configProtectedData sessionKey="c2Vzc2lvbg==" />', 'c2Vzc2lvbg=='],
    ['a machine key', '<machineKey validationKey="ABCDEF0123" decryptionKey="0123ABCDEF" />', 'ABCDEF0123'],
    ['a connection string', '<add connectionString="Server=x;Password=s3cret;" />', 's3cret'],
  ])('%s is redacted in lines that are added, removed and kept, and a change of it still shows', (_, line, secret) => {
    const text = `a\n${line}\nb`;
    const kept = unifiedDiff(path, text, `${text}\nc`);
    const changed = unifiedDiff(path, text, text.replace(secret, `${secret}2`));
    for (const diff of [kept, changed]) {
      expect(diff).not.toContain(secret);
      expect(diff).toContain('[redacted sha256:');
    }
    const marks = [...changed.matchAll(/^([-+]).*?\[redacted sha256:([0-9a-f]{8})\]/gm)].map((match) => match[2]);
    expect(new Set(marks).size).toBe(2);
  });
});
