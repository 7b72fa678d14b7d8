import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {trustCodes} from '../../src/trust/reject.ts';

const sources = readdirSync('src', {recursive: true, encoding: 'utf8'})
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({file: file.replaceAll('\\', '/'), text: readFileSync(join('src', file), 'utf8')}));

const filesWith = (pattern: RegExp): readonly string[] =>
  sources
    .filter(({text}) => pattern.test(text))
    .map(({file}) => file)
    .toSorted();

test('a VerifiedFeed is made by verifyFeed, and made again of its answer out of the one thread that runs it', () => {
  expect(filesWith(/\bmintVerifiedFeed\b/)).toEqual([
    'trust/transferred.ts',
    'trust/verified-feed.ts',
    'trust/verify-feed.ts',
  ]);
  expect(filesWith(/\breceiveVerification\b/)).toEqual(['operations/verify-in-thread.ts', 'trust/transferred.ts']);
});

test('whoever judges a feed does so within a deadline', () => {
  expect(filesWith(/\bverifyFeed\(/)).toEqual(['operations/verify-bounded.ts', 'operations/verify-worker.ts']);
});

test('there is one @xmldom/xmldom, so that what is checked is parsed as what is verified', () => {
  const found = readdirSync('node_modules', {recursive: true, encoding: 'utf8'}).filter((path) =>
    path.replaceAll('\\', '/').endsWith('@xmldom/xmldom/package.json'),
  );
  expect(found).toHaveLength(1);
  expect(JSON.parse(readFileSync(join('node_modules', found[0] ?? ''), 'utf8'))).toMatchObject({version: '0.8.15'});
});

test('verification knows no network, no file, no clock and no environment', () => {
  const worldly = /from 'node:(?!crypto')|from 'undici'|Date\.now|new Date\(\)|process\./;
  expect(
    sources.filter(({file, text}) => file.startsWith('trust/') && worldly.test(text)).map(({file}) => file),
  ).toEqual([]);
});

test('every code is used, and every code that is used is declared', () => {
  const text = sources
    .filter(({file}) => file.startsWith('trust/') && file !== 'trust/reject.ts')
    .map((each) => each.text)
    .join('\n');
  const used = new Set([...text.matchAll(/'(TRUST\.[A-Z_0-9]+)'/g)].map((match) => match[1]));
  used.delete('TRUST.VERIFIED');
  expect([...used].toSorted()).toEqual([...trustCodes].toSorted());
});
