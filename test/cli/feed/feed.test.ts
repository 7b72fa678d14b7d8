import {appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {hasRealFeed, realFeedPath} from '../../support/real-feed.ts';
import {signing} from '../../support/test-authority.ts';
import {cli} from '../collect.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stopgap-cli-feed-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const run = (...argv: readonly string[]) => cli(argv, {cwd: folder});
const json = async (
  ...argv: readonly string[]
): Promise<{exitCode: number; lines: readonly Record<string, unknown>[]}> => {
  const {exitCode, stdout} = await run(...argv, '--json');
  return {
    exitCode,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
};
const plans = ['PING1', 'M1'].map((id) => resolve('plans', `${id}.yaml`));

/** A trial authority in `ca/` and a signed feed with that serial. */
const publish = async (file: string, serial: number, ...more: readonly string[]): Promise<void> => {
  if (!(await readdir(folder)).includes('ca')) expect((await run('feed', 'make-test-ca', 'ca')).exitCode).toBe(0);
  const built = await run('feed', 'build', ...plans, '-o', 'unsigned.xml', '--serial', String(serial), ...more);
  expect(built.stderr).toBe('');
  const signed = await run(...signing('unsigned.xml', file));
  expect(signed.exitCode).toBe(0);
};

test('make-test-ca, build, sign and verify fit together, and what was changed is refused with exit code 3', async () => {
  await publish('feed.xml', 1);
  const good = await json('feed', 'verify', 'feed.xml', '--profile', 'ca/profile.yaml');
  expect(good).toMatchObject({
    exitCode: 0,
    lines: [{file: 'feed.xml', verified: true, mitigations: ['PING1', 'M1'], signedAt: null, timeStamped: false}],
  });
  expect(Object.keys(good.lines[0] ?? {})).toEqual([
    'file',
    'verified',
    'reason',
    'code',
    'signer',
    'issuer',
    'signedAt',
    'timeStamped',
    'revocation',
    'warnings',
    'mitigations',
    'blindFrom',
    'next',
  ]);
  await writeFile(join(folder, 'changed.xml'), (await readFile(join(folder, 'feed.xml'), 'utf8')).replace('M1', 'M2'));
  const mixed = await json('feed', 'verify', 'feed.xml', 'changed.xml', 'none.xml', '--profile', 'ca/profile.yaml');
  expect(mixed.exitCode).toBe(3);
  expect(mixed.lines.map(({code}) => code)).toEqual(['TRUST.VERIFIED', 'TRUST.SIGNATURE_DIGEST', 'FEED.UNREADABLE']);
});

test('verify remembers nothing and tells a person in sentences', async () => {
  await publish('feed.xml', 1);
  const before = await readdir(folder, {recursive: true});
  const {exitCode, stdout} = await run('feed', 'verify', 'feed.xml', '--profile', 'ca/profile.yaml');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('feed.xml: verified. The signature is valid and "CN=stopgap trial signer');
  expect(stdout).toContain('  Mitigations: PING1, M1.');
  expect(await readdir(folder, {recursive: true})).toEqual(before);
});

test("a trial feed is refused under Microsoft's profile, which is the default", async () => {
  await publish('feed.xml', 1);
  const {exitCode, stdout} = await run('feed', 'verify', 'feed.xml');
  expect(exitCode).toBe(3);
  expect(stdout).toContain('refused');
  expect(stdout).toContain('Tried: the trust profile "microsoft". [TRUST.CHAIN_UNTRUSTED]');
  expect(stdout).toContain('stopgap feed verify feed.xml --profile PROFILE.yaml');
});

test('verify and show count the profiles of the server that is named, and only its own', async () => {
  await publish('feed.xml', 1);
  await mkdir(join(folder, 'state'), {mode: 0o700});
  await cp(join(folder, 'ca'), join(folder, 'state', 'trust'), {recursive: true});
  expect(await json('feed', 'verify', 'feed.xml', '--state-dir', 'state')).toMatchObject({
    exitCode: 0,
    lines: [{verified: true, reason: expect.stringContaining('the profile "trial"')}],
  });
  expect((await run('feed', 'show', 'feed.xml', '--state-dir', 'state')).stdout).toMatch(/^id: M1$/m);
  expect((await run('feed', 'verify', 'feed.xml')).exitCode).toBe(3);
});

test.skipIf(process.platform === 'win32')(
  'a profile in a state folder that others can enter makes nobody trusted',
  async () => {
    await publish('feed.xml', 1);
    await mkdir(join(folder, 'state'));
    await cp(join(folder, 'ca'), join(folder, 'state', 'trust'), {recursive: true});
    for (const verb of ['verify', 'show']) {
      const {stderr, exitCode} = await run('feed', verb, 'feed.xml', '--state-dir', 'state');
      expect(exitCode).toBe(3);
      expect(stderr).toContain('STATE.READABLE_BY_OTHERS');
    }
  },
);

test('show prints catalogue files of a verified feed, and nothing of another', async () => {
  await publish('feed.xml', 1);
  const shown = await run('feed', 'show', 'feed.xml', '--profile', 'ca/profile.yaml');
  expect(shown.stdout).toMatch(/^id: M1$/m);
  expect(shown.stdout).toContain('---\n');
  const refused = await run('feed', 'show', 'feed.xml');
  expect(refused).toMatchObject({exitCode: 3, stdout: ''});
  expect(refused.stderr).toContain('TRUST.CHAIN_UNTRUSTED');
});

describe('fetch', () => {
  const fetch = (file: string) => json('feed', 'fetch', file, '--profile', 'ca/profile.yaml', '--state-dir', 'state');

  test('keeps what it accepts and refuses an older feed afterwards, until a person resets the memory', async () => {
    await publish('one.xml', 1);
    await publish('two.xml', 2);
    expect(await fetch('two.xml')).toMatchObject({
      exitCode: 0,
      lines: [{ok: true, data: {serial: 2, mitigations: ['PING1', 'M1']}}],
    });
    const [kept] = await readdir(join(folder, 'state', 'feeds'));
    expect(await readFile(join(folder, 'state', 'feeds', kept ?? ''))).toEqual(await readFile(join(folder, 'two.xml')));
    expect(await fetch('one.xml')).toMatchObject({exitCode: 3, lines: [{ok: false, code: 'TRUST.ROLLBACK'}]});
    expect((await fetch('two.xml')).exitCode).toBe(0);
    expect((await run('feed', 'reset-freshness', '--profile', 'trial', '--state-dir', 'state')).exitCode).toBe(0);
    expect((await fetch('one.xml')).exitCode).toBe(0);
  });

  test('that is long ago, or has long been the same, is an alarm that verify and fetch tell', async () => {
    await publish('one.xml', 1);
    const profile = join(folder, 'ca', 'profile.yaml');
    await appendFile(profile, 'freshness: {noFetchHours: 48, sameAnswerDays: 100}\n');
    await fetch('one.xml');
    const asked = ['--profile', 'ca/profile.yaml', '--state-dir', 'state', '--at'];
    const told = async (verb: 'verify' | 'fetch', at: string): Promise<string> => {
      const {lines} = await json('feed', verb, 'one.xml', ...asked, at);
      return JSON.stringify(lines);
    };
    expect(await told('verify', '2026-11-23T19:00:00Z')).not.toContain('since 2026-11-21');
    expect(await told('verify', '2026-11-23T21:00:00Z')).toContain(
      'No feed was had and accepted under the profile \\"trial\\" since 2026-11-21T20:00:00.000Z',
    );
    // Had once more: that alarm is over, and the other one begins.
    expect(await told('fetch', '2027-03-02T00:00:00Z')).toContain('is the same since 2026-11-21T20:00:00.000Z');
    expect(await told('verify', '2027-03-02T00:00:00Z')).not.toContain('No feed was had');
  });

  test('refuses everything once its memory was tampered with', async () => {
    await publish('one.xml', 1);
    await fetch('one.xml');
    await writeFile(join(folder, 'state', 'freshness.json'), '{}');
    expect(await fetch('one.xml')).toMatchObject({exitCode: 3, lines: [{code: 'FEED.FRESHNESS_UNREADABLE'}]});
  });

  test('knows the profiles of the configuration folder by name', async () => {
    await publish('one.xml', 1);
    await run('feed', 'make-test-ca', 'state/trust', '--name', 'other');
    const known = await json('feed', 'fetch', 'one.xml', '--profile', 'other', '--state-dir', 'state');
    expect(known.lines).toMatchObject([{code: 'TRUST.CERTIFICATE_SIGNATURE'}]);
    const unknown = await json('feed', 'fetch', 'one.xml', '--profile', 'nobody', '--state-dir', 'state');
    expect(unknown.lines).toMatchObject([{code: 'TRUST_PROFILE.UNREADABLE'}]);
  });

  test('refuses two profiles of one name: they would share one memory', async () => {
    await publish('one.xml', 1);
    await run('feed', 'make-test-ca', 'state/trust', '--name', 'other');
    const other = join(folder, 'state', 'trust', 'profile.yaml');
    await writeFile(join(folder, 'state', 'trust', 'second.yaml'), await readFile(other));
    expect((await fetch('one.xml')).lines).toMatchObject([{code: 'TRUST_PROFILE.NAME_TWICE'}]);
  });

  test.skipIf(process.platform === 'win32')('refuses a state folder that others can enter', async () => {
    await publish('one.xml', 1);
    await mkdir(join(folder, 'state'), {mode: 0o755});
    expect((await fetch('one.xml')).lines).toMatchObject([{code: 'STATE.READABLE_BY_OTHERS'}]);
  });

  test('refuses a feed past its expiry', async () => {
    await publish('one.xml', 1, '--issued', '2026-10-01T00:00:00Z', '--expires', '2026-11-01T00:00:00Z');
    expect((await fetch('one.xml')).lines).toMatchObject([{code: 'TRUST.FEED_EXPIRED'}]);
  });
});

test('make-test-ca does not write into a folder that holds something', async () => {
  await publish('feed.xml', 1);
  expect((await json('feed', 'make-test-ca', 'ca')).lines).toMatchObject([{code: 'FEED.TEST_CA_EXISTS'}]);
});

describe.skipIf(!hasRealFeed)('the genuine feed', () => {
  const real = resolve(realFeedPath);
  const verify = (file: string, at: string) => json('feed', 'verify', file, '--profile', 'microsoft', '--at', at);

  test('is verified offline, and that revocation is unknown stands there in words', async () => {
    const {exitCode, lines} = await verify(real, '2021-12-07T15:37:24Z');
    expect(exitCode).toBe(0);
    expect(lines).toMatchObject([
      {verified: true, mitigations: ['PING1'], timeStamped: true, revocation: {result: 'unknown'}},
    ]);
    expect(String(lines[0]?.['signer'])).toContain('Microsoft Exchange XML Signing');
  });

  test('says when this server goes blind, and warns of it from 90 days before', async () => {
    const blindFrom = {at: '2022-06-09T18:44:12.000Z', what: expect.stringContaining('Microsoft Exchange XML Signing')};
    const {lines} = await verify(real, '2021-12-07T15:37:24Z');
    expect(lines).toMatchObject([{blindFrom}]);
    expect(String(lines[0]?.['warnings'])).not.toContain('blind');
    const soon = await verify(real, '2022-04-01T00:00:00Z');
    expect(soon.lines).toMatchObject([{blindFrom}]);
    expect(String(soon.lines[0]?.['warnings'])).toContain('This server goes blind on 2022-06-09T18:44:12.000Z');
    const inWords = await run('feed', 'verify', real, '--at', '2021-12-07T15:37:24Z');
    expect(inWords.stdout).toContain('ends on 2022-06-09T18:44:12.000Z; without another, no feed');
  });

  test('is refused in 2023', async () => {
    expect(await verify(real, '2023-01-01T00:00:00Z')).toMatchObject({
      exitCode: 3,
      lines: [{code: 'TRUST.CERTIFICATE_EXPIRED'}],
    });
  });

  test('is shown as an announcement', async () => {
    const {stdout} = await run('feed', 'show', real, '--at', '2021-12-07T15:37:24Z');
    expect(stdout).toContain('# PING1: EEMS Heartbeat probe.');
  });
});
