import {expect, test} from 'vitest';
import {allowedHosts} from '../../src/operations/receive-feed.ts';

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
