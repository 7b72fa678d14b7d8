import {mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {fetchCrls} from '../../src/feed/crls.ts';
import {readFeedFile} from '../../src/feed/feed-file.ts';
import {
  type AcceptedEntry,
  type Freshness,
  freshnessPath,
  latestAccepted,
  readFreshness,
  resetFreshness,
  withAccepted,
  writeFreshness,
} from '../../src/feed/freshness-file.ts';
import {keepFeed, readKeptFeed} from '../../src/feed/kept-feeds.ts';
import {sha256} from '../../src/kit/hash.ts';
import {type Listening, serveHttp} from '../support/web-server.ts';

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'stopgap-feed-'));
});
afterEach(() => rm(stateDir, {recursive: true, force: true}));

const entry = (name: string, serial: number): AcceptedEntry => ({
  digest: sha256(name),
  documentDigest: sha256(`document ${name}`),
  signerCertificate: sha256('signer'),
  version: '1.0.4',
  serial,
  acceptedAt: `2026-11-2${serial}T00:00:00.000Z`,
});

const accept = (before: Freshness, profile: string, accepted: AcceptedEntry, at = accepted.acceptedAt): Freshness =>
  withAccepted(before, profile, {entry: {...accepted, acceptedAt: at}, fetch: {at, source: 'https://feed.example/'}});

describe('the memory of accepted feeds', () => {
  test('is empty before the first one, and comes back as it was written', async () => {
    expect(await readFreshness(stateDir)).toEqual({});
    const freshness = accept(accept({}, 'a', entry('one', 1)), 'b', entry('two', 2));
    await writeFreshness(stateDir, freshness);
    expect(await readFreshness(stateDir)).toEqual(freshness);
    expect(latestAccepted(freshness)).toMatchObject({profile: 'b', serial: 2});
    expect(latestAccepted({})).toBeUndefined();
  });

  test('grows with a new feed only, up to 200', () => {
    const once = accept({}, 'a', entry('one', 1));
    expect(accept(once, 'a', entry('one', 1))).toEqual(once);
    let many = once;
    for (let index = 0; index < 250; index++) many = accept(many, 'a', entry(`feed ${index}`, 1));
    expect(many['a']?.accepted).toHaveLength(200);
    expect(many['a']?.accepted.at(-1)?.digest).toBe(sha256('feed 249'));
  });

  test('knows when a feed was had last, and since when it is the same', () => {
    const [first, later, last] = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
    const same = accept(accept({}, 'a', entry('one', 1), first), 'a', entry('one', 1), later);
    expect(same['a']).toMatchObject({accepted: [{acceptedAt: first}], lastFetch: {at: later}});
    // White space in a signature makes another document, and proves nothing new.
    const reshaped = {...entry('one', 1), documentDigest: sha256('other white space')};
    expect(accept(same, 'a', reshaped, last)['a']).toMatchObject({
      accepted: [{acceptedAt: first, documentDigest: reshaped.documentDigest}],
      lastFetch: {at: last},
    });
    // A new certificate does: only the publisher has it.
    const resigned = {...entry('one', 1), signerCertificate: sha256('next signer')};
    const renewed = accept(same, 'a', resigned, last);
    expect(renewed['a']?.accepted.map(({acceptedAt}) => acceptedAt)).toEqual([first, last]);
    // ... and going back to the old one does not count as news.
    expect(accept(renewed, 'a', entry('one', 1), last)['a']?.accepted.at(-1)?.acceptedAt).toBe(first);
    expect(accept(renewed, 'a', resigned, first)['a']?.lastFetch?.at).toBe(last);
  });

  test('that was kept by an earlier version is read', async () => {
    const {signerCertificate: _, ...before} = entry('one', 1);
    await writeFreshness(stateDir, {a: {accepted: [before]}});
    expect(await readFreshness(stateDir)).toEqual({a: {accepted: [before]}});
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['edited by hand', (text: string) => text.replace('"serial": 1', '"serial": 0')],
    ['empty', () => ''],
    ['of another form', () => '{}'],
  ])('that is %s stops everything', async (_name, damage) => {
    await writeFreshness(stateDir, accept({}, 'a', entry('one', 1)));
    await writeFile(freshnessPath(stateDir), damage(await readFile(freshnessPath(stateDir), 'utf8')));
    await expect(readFreshness(stateDir)).rejects.toMatchObject({code: 'FEED.FRESHNESS_UNREADABLE'});
    await resetFreshness(stateDir, undefined);
    expect(await readFreshness(stateDir)).toEqual({});
  });

  test('that is there but cannot be read stops everything: only a missing file is a beginning', async () => {
    await mkdir(freshnessPath(stateDir));
    await expect(readFreshness(stateDir)).rejects.toMatchObject({code: 'FEED.FRESHNESS_UNREADABLE'});
  });

  test('of one profile can be forgotten alone', async () => {
    await writeFreshness(stateDir, accept(accept({}, 'a', entry('one', 1)), 'b', entry('two', 2)));
    await resetFreshness(stateDir, 'a');
    expect(Object.keys(await readFreshness(stateDir))).toEqual(['b']);
  });

  test.skipIf(process.platform === 'win32')('is written for its owner alone', async () => {
    await writeFreshness(stateDir, {});
    expect((await stat(freshnessPath(stateDir))).mode & 0o077).toBe(0);
  });
});

describe('kept documents', () => {
  test('are found by their digest, byte for byte', async () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x3c, 0x0d, 0x0a);
    const digest = await keepFeed(stateDir, bytes);
    expect(digest).toBe(sha256(bytes));
    expect(await readKeptFeed(stateDir, digest)).toEqual(bytes);
  });

  test('that were changed, are missing or have no digest for a name are refused', async () => {
    const digest = await keepFeed(stateDir, Buffer.from('<a/>'));
    await writeFile(join(stateDir, 'feeds', `${digest}.xml`), '<b/>');
    await expect(readKeptFeed(stateDir, digest)).rejects.toMatchObject({code: 'FEED.KEPT_CHANGED'});
    await expect(readKeptFeed(stateDir, sha256('other'))).rejects.toMatchObject({code: 'FEED.NOT_KEPT'});
    await expect(readKeptFeed(stateDir, '../freshness')).rejects.toMatchObject({code: 'FEED.NOT_KEPT'});
  });
});

test('a feed file is read up to one byte more than is allowed', async () => {
  const file = join(stateDir, 'feed.xml');
  await writeFile(file, Buffer.alloc(6 * 1024 * 1024));
  expect(await readFeedFile(file)).toHaveLength(5 * 1024 * 1024 + 1);
  await writeFile(file, '<a/>');
  expect(Buffer.from(await readFeedFile(file)).toString()).toBe('<a/>');
  await expect(readFeedFile(join(stateDir, 'none.xml'))).rejects.toMatchObject({code: 'FEED.UNREADABLE'});
});

describe('revocation lists', () => {
  let content = 'list 1';
  let status = 200;
  let served = 0;
  let site: Listening;
  beforeEach(async () => {
    [content, status, served] = ['list 1', 200, 0];
    site = await serveHttp((_, response) => {
      served++;
      response.writeHead(status).end(content);
    });
  });
  afterEach(() => site.close());

  const now = new Date();
  const fetch = async (cache: 'keep' | 'read' = 'keep'): Promise<{lists: readonly string[]; problems: number}> => {
    const whyNotKeep = (fetched: Uint8Array, kept: Uint8Array | undefined): string | undefined =>
      kept && Buffer.from(fetched).toString() < Buffer.from(kept).toString() ? 'it is older' : undefined;
    const request = {urls: [`http://localhost:${site.port}/ca.crl`], stateDir, now, env: {}, cache, whyNotKeep};
    const {crls, problems} = await fetchCrls(request);
    return {lists: crls.map((bytes) => Buffer.from(bytes).toString()), problems: problems.length};
  };
  const makeOld = async (): Promise<void> => {
    const file = join(stateDir, 'crls', `${sha256(`http://localhost:${site.port}/ca.crl`)}.crl`);
    const before = new Date(now.getTime() - 2 * 3_600_000);
    await utimes(file, before, before);
  };

  test('are fetched once an hour', async () => {
    expect(await fetch()).toEqual({lists: ['list 1'], problems: 0});
    expect(await fetch()).toEqual({lists: ['list 1'], problems: 0});
    expect(served).toBe(1);
    await makeOld();
    await fetch();
    expect(served).toBe(2);
  });

  test('are not kept by whoever may write nothing', async () => {
    expect(await fetch('read')).toEqual({lists: ['list 1'], problems: 0});
    expect(await readdir(stateDir)).toEqual([]);
    await fetch();
    await makeOld();
    content = 'list 2';
    expect(await fetch('read')).toEqual({lists: ['list 2', 'list 1'], problems: 0});
    status = 503;
    expect(await fetch('read')).toEqual({lists: ['list 1'], problems: 1});
  });

  test('come from the cache while the network is down, which is said', async () => {
    await fetch();
    await makeOld();
    status = 503;
    expect(await fetch()).toEqual({lists: ['list 1'], problems: 1});
  });

  test('that are worse than the kept one are used this once and take its place never', async () => {
    await fetch();
    for (const old of ['list 0', 'list 00', 'list 000']) {
      await makeOld();
      content = old;
      expect(await fetch()).toEqual({lists: [old, 'list 1'], problems: 1});
    }
    await makeOld();
    content = 'list 2';
    expect(await fetch()).toEqual({lists: ['list 2', 'list 1'], problems: 0});
    expect(await fetch()).toEqual({lists: ['list 2'], problems: 0});
  });
});
