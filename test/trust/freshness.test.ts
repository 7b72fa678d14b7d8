import {describe, expect, test} from 'vitest';
import {sha256} from '../../src/kit/hash.ts';
import type {AcceptedFeed} from '../../src/trust/freshness.ts';
import {compareVersions} from '../../src/trust/freshness.ts';
import {type Verification, verifyFeed} from '../../src/trust/verify-feed.ts';
import {testNow} from '../support/certificates.ts';
import {config, forge, profileFor, root} from '../support/forge-feed.ts';

const head = (serial: number, more = ''): string =>
  `${more}issued="2026-11-21T00:00:00Z" serial="${serial}" version="1.0.4"`;
const feed = (serial: number, id = 'M1'): string => forge({head: head(serial), content: config(id)});
const digestOf = (serial: number, id = 'M1'): string => sha256(`<EOCS ${head(serial)}>${config(id)}</EOCS>`);
const accepted = (serial: number, id = 'M1'): AcceptedFeed => ({
  digest: digestOf(serial, id),
  version: '1.0.4',
  serial,
});

const verify = (text: string, history: readonly AcceptedFeed[], policy: Record<string, unknown> = {}): Verification =>
  verifyFeed(Buffer.from(text), {
    now: testNow,
    profiles: [profileFor(root, {freshness: policy})],
    freshness: {trial: {accepted: history}},
  });

describe('against what was accepted before', () => {
  const cases: readonly (readonly [string, number, string, readonly AcceptedFeed[], string])[] = [
    ['nothing', 7, 'M1', [], 'TRUST.VERIFIED'],
    ['the same feed', 7, 'M1', [accepted(7)], 'TRUST.VERIFIED'],
    ['an older feed', 8, 'M1', [accepted(7)], 'TRUST.VERIFIED'],
    ['a newer feed', 6, 'M1', [accepted(7)], 'TRUST.ROLLBACK'],
    ['a newer feed before the latest', 8, 'M1', [accepted(9), accepted(7)], 'TRUST.ROLLBACK'],
    ['another feed of that serial', 7, 'M2', [accepted(7)], 'TRUST.SAME_VERSION_OTHER_CONTENT'],
    ['a serial that is near', 10_007, 'M1', [accepted(7)], 'TRUST.VERIFIED'],
    ['a serial that is far away', 10_008, 'M1', [accepted(7)], 'TRUST.VERSION_JUMP'],
  ];
  test.each(cases)('%s: serial %i of %s', (_name, serial, id, history, code) => {
    expect(verify(feed(serial, id), history).code).toBe(code);
  });

  test('the first feed is trusted on first use, and that is said', () => {
    const options = {now: testNow, profiles: [profileFor(root)]};
    const first = verifyFeed(Buffer.from(feed(7)), {...options, freshness: {}});
    expect(first.verified && first.warnings.join()).toContain('trusted on first use');
  });

  test('the memory of one profile is not that of another', () => {
    const options = {now: testNow, profiles: [profileFor(root)], freshness: {other: {accepted: [accepted(9)]}}};
    expect(verifyFeed(Buffer.from(feed(7)), options).code).toBe('TRUST.VERIFIED');
  });
});

describe('without a serial, as in the genuine feed', () => {
  const text = (version: string, id = 'M1'): string => forge({head: `version="${version}"`, content: config(id)});
  const digest = (version: string, id = 'M1'): string => sha256(`<EOCS version="${version}">${config(id)}</EOCS>`);
  const seen = (version: string, id = 'M1'): AcceptedFeed => ({digest: digest(version, id), version, serial: null});
  const verdict = (document: string, history: readonly AcceptedFeed[]): Verification =>
    verifyFeed(Buffer.from(document), {
      now: testNow,
      profiles: [profileFor(root, {dialect: 'microsoft', freshness: {sameVersion: 'warn'}})],
      freshness: {trial: {accepted: history}},
    });

  test('a lower version is a replay, a higher one is not', () => {
    expect(verdict(text('1.0.3'), [seen('1.0.4')]).code).toBe('TRUST.ROLLBACK');
    expect(verdict(text('1.0.10'), [seen('1.0.9')]).code).toBe('TRUST.VERIFIED');
  });

  test('new content of the same version is let pass with a warning, old content is a replay', () => {
    const changed = verdict(text('1.0.4', 'M2'), [seen('1.0.4', 'M1')]);
    expect(changed.verified && changed.warnings.join()).toContain('other content');
    expect(verdict(text('1.0.4', 'M1'), [seen('1.0.4', 'M1'), seen('1.0.4', 'M2')]).code).toBe('TRUST.ROLLBACK');
  });
});

describe('against the clock', () => {
  const expired = forge({head: head(7, 'expires="2026-11-21T12:00:00Z" ')});
  test('a feed past its expiry is refused or warned about, as the profile says', () => {
    expect(verify(expired, []).code).toBe('TRUST.FEED_EXPIRED');
    const warned = verify(expired, [], {expired: 'warn'});
    expect(warned.verified && warned.warnings.join()).toContain('expired on 2026-11-21T12:00:00.000Z');
  });

  test('a feed older than the maximum age is warned about or refused', () => {
    const old = forge({head: head(7).replace('2026-11-21', '2026-10-01')});
    expect(verify(old, [], {maximumAgeDays: 60}).code).toBe('TRUST.VERIFIED');
    const warned = verify(old, [], {maximumAgeDays: 50});
    expect(warned.verified && warned.warnings.join()).toContain('issued 52 days ago');
    expect(verify(old, [], {maximumAgeDays: 50, tooOld: 'refuse'}).code).toBe('TRUST.FEED_TOO_OLD');
  });

  test('a feed of the future is said to be one', () => {
    const future = verify(forge({head: head(7).replace('2026-11-21', '2026-12-01')}), []);
    expect(future.verified && future.warnings.join()).toContain('in the future');
  });
});

test('versions compare by their numbers', () => {
  expect(['1.0.10', '1.0.9', '1.0.9.1', '0.9.9'].toSorted(compareVersions)).toEqual([
    '0.9.9',
    '1.0.9',
    '1.0.9.1',
    '1.0.10',
  ]);
});
