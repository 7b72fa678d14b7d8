import {mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {fetchCrls} from '../../src/feed/crls.ts';
import {readFeedFile} from '../../src/feed/feed-file.ts';
import {
  type AcceptedEntry,
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
  version: '1.0.4',
  serial,
  acceptedAt: `2026-11-2${serial}T00:00:00.000Z`,
});

describe('the memory of accepted feeds', () => {
  test('is empty before the first one, and comes back as it was written', async () => {
    expect(await readFreshness(stateDir)).toEqual({});
    const freshness = withAccepted(withAccepted({}, 'a', entry('one', 1)), 'b', entry('two', 2));
    await writeFreshness(stateDir, freshness);
    expect(await readFreshness(stateDir)).toEqual(freshness);
    expect(latestAccepted(freshness)).toMatchObject({profile: 'b', serial: 2});
    expect(latestAccepted({})).toBeUndefined();
  });

  test('grows with a new feed only, up to 200', () => {
    const once = withAccepted({}, 'a', entry('one', 1));
    expect(withAccepted(once, 'a', entry('one', 1))).toBe(once);
    let many = once;
    for (let index = 0; index < 250; index++) many = withAccepted(many, 'a', entry(`feed ${index}`, 1));
    expect(many['a']?.accepted).toHaveLength(200);
    expect(many['a']?.accepted.at(-1)?.digest).toBe(sha256('feed 249'));
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['edited by hand', (text: string) => text.replace('"serial": 1', '"serial": 0')],
    ['empty', () => ''],
    ['of another form', () => '{}'],
  ])('that is %s stops everything', async (_name, damage) => {
    await writeFreshness(stateDir, withAccepted({}, 'a', entry('one', 1)));
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
    await writeFreshness(stateDir, withAccepted(withAccepted({}, 'a', entry('one', 1)), 'b', entry('two', 2)));
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
    const request = {urls: [`http://localhost:${site.port}/ca.crl`], stateDir, now, env: {}, cache};
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

  test('keep the one before, so that an old list cannot take the place of a new one unseen', async () => {
    await fetch();
    await makeOld();
    content = 'list 0';
    expect(await fetch()).toEqual({lists: ['list 0', 'list 1'], problems: 0});
  });
});
