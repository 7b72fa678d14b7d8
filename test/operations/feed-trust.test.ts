import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {feedAlarms, feedMemories} from '../../src/operations/feed-alarms.ts';
import {feedTrust} from '../../src/operations/feed-trust.ts';
import {acceptFeed} from '../../src/operations/verified-feed.ts';
import {certificatePem} from '../../src/publish/pem.ts';
import {day, testNow} from '../support/certificates.ts';
import {forge, root} from '../support/forge-feed.ts';

const profile = (until: string) => `formatVersion: 1
name: trial
dialect: stopgap
anchors: [{file: root.pem}]
signer: {}
revocation: off
${until}`;

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'stopgap-trust-'));
  await mkdir(join(stateDir, 'trust'));
  await writeFile(join(stateDir, 'trust', 'root.pem'), certificatePem(root.der));
  await writeFile(join(stateDir, 'trust', 'trial.yaml'), profile(''));
  await writeFile(join(stateDir, 'feed.xml'), forge());
});
afterEach(() => rm(stateDir, {recursive: true, force: true}));

const at = (days: number) => ({stateDir, cwd: stateDir, now: new Date(testNow.getTime() + days * day)});
const accept = (days: number) => acceptFeed('feed.xml', {...at(days), profiles: [], env: {}});

test('before the first feed there is nothing to say of it', async () => {
  expect(await feedTrust(at(0))).toBeUndefined();
  expect(await feedMemories(at(0))).toEqual([]);
});

test('what is remembered of a feed names when it was had last, and since when it is the same', async () => {
  await accept(0);
  await accept(3);
  expect(await feedMemories(at(3))).toMatchObject([
    {profile: 'trial', lastFetch: {at: at(3).now.toISOString(), source: 'feed.xml'}, sameSince: testNow.toISOString()},
  ]);
  expect(await feedAlarms(at(3.9))).toEqual([]);
  expect(await feedAlarms(at(4.1))).toMatchObject([{is: 'no-fetch', profile: 'trial', since: at(3).now}]);
  expect(await feedAlarms({...at(4.1), limits: {noFetchMs: 2 * day, sameAnswerMs: 4 * day}})).toMatchObject([
    {is: 'same-answer', since: testNow},
  ]);
});

test('a profile that has ended is silent: another one has taken its place', async () => {
  await accept(0);
  await writeFile(join(stateDir, 'trust', 'trial.yaml'), profile(`until: ${at(1).now.toISOString()}`));
  expect(await feedAlarms(at(30))).toEqual([]);
});

test('the feed that was had last says when this server goes blind, whatever revocation asks for', async () => {
  await accept(0);
  await writeFile(join(stateDir, 'trust', 'trial.yaml'), profile('').replace('off', 'require'));
  expect(await feedTrust(at(0))).toMatchObject({signer: 'CN=Trial signer', endingSoon: [], refused: null});
  const trust = await feedTrust(at(380));
  expect(trust?.blindFrom?.at).toEqual(new Date('2027-12-31T00:00:00Z'));
  expect(trust?.endingSoon.map(({what}) => what)).toContain('The certificate "CN=Trial signer"');
  expect(await feedTrust(at(800))).toMatchObject({signer: null, refused: {code: 'TRUST.CERTIFICATE_EXPIRED'}});
});
