import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {revocationSourcesBounded} from '../../src/operations/revocation-bounded.ts';
import {verifyBounded} from '../../src/operations/verify-bounded.ts';
import {receiveVerification} from '../../src/trust/transferred.ts';
import {verifyFeed} from '../../src/trust/verify-feed.ts';
import {cli} from '../cli/collect.ts';
import {issue, signerExtensions, testNow} from '../support/certificates.ts';
import {listedAt} from '../support/crls.ts';
import {config, forge, intermediate, root, trialProfile} from '../support/forge-feed.ts';

const configs = (count: number): string => Array.from({length: count}, (_, index) => config(`M${index}`)).join('');
const small = Buffer.from(forge());
const large = Buffer.from(forge({content: configs(600)}));
const options = {now: testNow, profiles: [trialProfile]};

test('a large feed is judged in a thread exactly as it would be judged here', async () => {
  expect(large.length).toBeGreaterThan(64 * 1024);
  expect(verifyFeed(large, options).code).toBe('TRUST.VERIFIED');
  expect(await verifyBounded(large, options)).toEqual(verifyFeed(large, options));
  const changed = Buffer.from(large.toString().replace('DoNothing', 'DoNothinG'));
  expect(await verifyBounded(changed, options)).toEqual(verifyFeed(changed, options));
  expect(await verifyBounded(changed, options)).toMatchObject({verified: false, code: 'TRUST.SIGNATURE_DIGEST'});
});

test('a large feed that takes longer than it may is refused, and says so', async () => {
  expect(await verifyBounded(large, options, {deadlineMs: 1})).toEqual({
    verified: false,
    code: 'TRUST.TIME_LIMIT',
    reason: 'The document could not be judged within 0.001 seconds.',
  });
});

test('up to 64 KiB no thread is started, which costs more than the whole verification', async () => {
  expect(await verifyBounded(small, options, {deadlineMs: 1})).toMatchObject({verified: true});
});

test('an answer about another document counts as a fault of ours, never as a verification', () => {
  const answer = verifyFeed(small, options);
  expect(receiveVerification(answer, small)).toEqual(answer);
  expect(() => receiveVerification(answer, large)).toThrow('another document');
  if (!answer.verified) throw new Error(answer.reason);
  const altered = {...answer, feed: {...answer.feed, xml: answer.feed.xml.replace('DoNothing', 'DoNothinG')}};
  expect(() => receiveVerification(altered, small)).toThrow('another document');
});

test('whom to ask about the certificates of a large feed is found in a thread too, or nobody in time', async () => {
  const leaf = issue('Trial signer', {
    issuer: intermediate,
    extensions: [...signerExtensions, listedAt('http://lists.example/ca.crl')],
  });
  const listed = Buffer.from(
    forge({content: configs(600), signWith: leaf, certificates: [leaf.der, intermediate.der, root.der]}),
  );
  const asking = {now: testNow, profiles: [{...trialProfile, revocation: 'require' as const}]};
  expect((await revocationSourcesBounded(listed, asking)).crlUrls).toEqual(['http://lists.example/ca.crl']);
  expect((await revocationSourcesBounded(listed, asking, {deadlineMs: 1})).crlUrls).toEqual([]);
});

test('the command line judges large feeds in the thread as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stopgap-large-'));
  try {
    await writeFile(join(folder, 'large.xml'), large);
    const {stdout, exitCode} = await cli(['feed', 'verify', 'large.xml', '--json'], {cwd: folder});
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({file: 'large.xml', code: 'TRUST.CHAIN_UNTRUSTED'});
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
});
