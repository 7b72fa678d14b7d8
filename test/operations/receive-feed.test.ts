import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, onTestFinished, test} from 'vitest';
import {allowedHosts, receiveFeed} from '../../src/operations/receive-feed.ts';

const address = 'https://feeds.contoso.example/feed.xml';
const listing = {hosts: ['officeclient.microsoft.com']};

test('a profile that lists hosts allows those and no other', () => {
  expect(allowedHosts(address, [listing])).toEqual(['officeclient.microsoft.com']);
});

test('a profile that lists none allows the host that was asked, whatever the other profiles list', () => {
  expect(allowedHosts(address, [listing, {hosts: []}])).toEqual([
    'officeclient.microsoft.com',
    'feeds.contoso.example',
  ]);
});

test('a file may be named by its path or by a file: URL', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stopgap-receive-'));
  onTestFinished(() => rm(folder, {recursive: true}));
  const path = join(folder, 'my feed.xml');
  await writeFile(path, '<feed/>');
  for (const source of ['my feed.xml', path, pathToFileURL(path).href]) {
    const {bytes} = await receiveFeed(source, [], {cwd: folder, env: {}});
    expect(new TextDecoder().decode(bytes), source).toBe('<feed/>');
  }
});
