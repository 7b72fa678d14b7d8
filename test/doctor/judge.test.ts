import {describe, expect, test} from 'vitest';
import {Refusal} from '../../src/kit/refusal.ts';
import {judgeAgent} from '../../src/operations/doctor/agent.ts';
import {judgeClock} from '../../src/operations/doctor/clock.ts';
import type {Diagnosis} from '../../src/operations/doctor/diagnosis.ts';
import {judgeDisk} from '../../src/operations/doctor/disk.ts';
import {judgeBuild} from '../../src/operations/doctor/exchange-build.ts';
import {judgeFeedAge} from '../../src/operations/doctor/feed-age.ts';
import {judgeProxies} from '../../src/operations/doctor/proxies.ts';
import {judgeRevocationHosts} from '../../src/operations/doctor/revocation-hosts.ts';
import {judgeRuns} from '../../src/operations/doctor/runs.ts';
import {judgeTrustEnds} from '../../src/operations/doctor/trust-ends.ts';
import {judgeTrustList} from '../../src/operations/doctor/trust-list.ts';
import {judgeUrlRewrite} from '../../src/operations/doctor/url-rewrite.ts';
import {agentDefaults} from '../../src/operations/settings/agent.ts';

/** Verdict, evidence and remedies in one line. */
const told = ({verdict, evidence, remedy}: Diagnosis): string =>
  [`${verdict}: ${evidence}`, ...remedy.map(({label, command = ''}) => `${label} ${command}`.trim())].join(' > ');

const at = (text: string): Date => new Date(text);

describe('URL Rewrite', () => {
  test.each([
    ['7.1.1993.2336', /^good/],
    ['7.2.1993', /^good/],
    ['7.1.2200.0', /^good/],
    ['7.1.871.0', /^bad.*Install URL Rewrite 2\.1/],
    ['seven', /^unknown/],
    [undefined, /^bad: not installed.*Install/],
  ])('%s', (version, expected) => {
    expect(told(judgeUrlRewrite(version))).toMatch(expected);
  });
});

describe('a build', () => {
  test.each([
    ['15.02.2562.053', /^good: 15\.2\.2562\.53 by ExSetup\.exe: ExchangeSE RTM, up to date.*can use the feed of today/],
    ['15.2.2562.45', /^warn.*behind 15\.2\.2562\.53.*can use the feed of today/],
    ['15.2.1544.39', /^warn.*Exchange2019 CU14.*cannot use a feed of July 2026/],
    ['15.1.2507.17', /^warn.*Exchange2016 CU23.*cannot fetch any feed since 2025/],
    ['15.1.2375.37', /^warn.*cannot fetch any feed since 2025/],
    ['15.2.1258.39', /^warn.*no security updates.*cannot use a feed of July 2026.*Update to Exchange2019 CU15/],
    ['15.2.2700.1', /^good.*newer than what was known on 2026-10-07/],
    ['15.0.1497.48', /^warn.*no security updates.*no mitigation service in this build.*Update to ExchangeSE/],
    ['14.3.1.1', /^unknown/],
  ])('%s', (build, expected) => {
    expect(told(judgeBuild(build, 'ExSetup.exe'))).toMatch(expected);
  });
});

describe('the clock', () => {
  const ours = at('2026-11-22T12:00:00Z');
  test.each([
    ['the same', '2026-11-22T12:00:20Z', undefined, /^good/],
    ['behind', '2026-11-22T12:10:00Z', undefined, /^warn.*10 minutes behind.*w32tm \/resync/],
    ['hours ahead', '2026-11-22T09:00:00Z', undefined, /^bad.*180 minutes ahead/],
    ['not to be compared', undefined, undefined, /^unknown/],
    ['no clock at all', 'soon', undefined, /^unknown/],
    ['before the stamp of the feed', undefined, '2026-11-22T13:00:00Z', /^bad.*was stamped on 2026-11-22T13:00/],
  ])('%s', (_name, theirs, signedAt, expected) => {
    const seen = {ours, theirs: theirs ? at(theirs) : undefined, signedAt: signedAt ? at(signedAt) : undefined};
    expect(told(judgeClock(seen))).toMatch(expected);
  });
});

describe('the ends of trust', () => {
  const trust = {
    profile: 'trial',
    documentDigest: '',
    signer: 'CN=Signer',
    blindFrom: null,
    endingSoon: [],
    refused: null,
  };
  const end = {what: 'The certificate "CN=Signer"', at: at('2027-01-31T00:00:00Z')};
  test.each([
    ['no feed so far', undefined, /^unknown.*stopgap feed fetch/],
    ['far away', {...trust, blindFrom: end}, /^good.*no feed by this signer counts from 2027-01-31 on/],
    [
      'near',
      {...trust, blindFrom: end, endingSoon: [end]},
      /^warn: The certificate "CN=Signer" ends on 2027-01-31.*trust profile/,
    ],
    [
      'over',
      {...trust, refused: {code: 'TRUST.CERTIFICATE_EXPIRED', reason: 'Over.'}},
      /^bad.*TRUST\.CERTIFICATE_EXPIRED/,
    ],
  ])('%s', (_name, seen, expected) => {
    expect(told(judgeTrustEnds(seen))).toMatch(expected);
  });
});

test('a silent feed is bad, in the words of its alarm', () => {
  const alarm = {
    is: 'no-fetch',
    profile: 'trial',
    since: at('2026-11-01T00:00:00Z'),
    words: 'No feed was had.',
  } as const;
  const memory = {profile: 'trial', lastFetch: undefined, sameSince: '2026-10-01T00:00:00Z'};
  expect(told(judgeFeedAge([{...memory, alarms: [alarm]}]))).toBe(
    'bad: No feed was had. > Fetch it now, and see what it says stopgap feed fetch',
  );
  expect(told(judgeFeedAge([{...memory, alarms: []}]))).toMatch(/^good: profile "trial": accepted 2026-10-01/);
});

describe('both kinds of proxies', () => {
  const exchange = (internetWebProxy: string | null) => ({
    known: true as const,
    settings: {
      organization: {mitigationsEnabled: null},
      server: {
        ...{mitigationsEnabled: null, mitigationsBlocked: [], mitigationsApplied: []},
        ...{internetWebProxy, dataCollectionEnabled: null},
      },
    },
  });
  const used = {proxy: 'http://user:secret@proxy:8080', by: 'that of WinHTTP'};
  test.each([
    ['none at all', undefined, exchange(null), /^good.*none, directly/],
    ['the same', used, exchange('http://proxy:8080/'), /^good.*proxy:8080 \(that of WinHTTP\), as Exchange does/],
    [
      'only Exchange has one',
      undefined,
      exchange('http://proxy:8080'),
      /^warn.*settings set proxy http:\/\/proxy:8080 --reason WHY$/,
    ],
    ['two', used, exchange('http://other:3128'), /^warn.*is other:3128/],
    ['Exchange cannot be asked', used, undefined, /^good.*not known/],
  ])('%s', (_name, way, answer, expected) => {
    const line = told(judgeProxies({used: way, exchange: answer}));
    expect(line).toMatch(expected);
    expect(line).not.toContain('secret');
  });
});

test('revocation lists that cannot be had name their hosts and the port', () => {
  const urls = ['http://crl.example/a.crl'];
  expect(told(judgeRevocationHosts({urls, problems: []}))).toBe('good: had: http://crl.example/a.crl');
  expect(told(judgeRevocationHosts({urls, problems: ['It could not be renewed.']}))).toMatch(
    /^warn.*port 80 outbound to crl\.example/,
  );
  expect(told(judgeRevocationHosts({urls: [], problems: []}))).toMatch(/^not-applicable/);
  expect(told(judgeRevocationHosts(undefined))).toMatch(/^unknown/);
});

test("Windows' list of roots is asked for on Windows alone", () => {
  expect(told(judgeTrustList('no-windows'))).toMatch(/^not-applicable/);
  expect(told(judgeTrustList(new Refusal('FEED.UNREACHABLE', 'away')))).toMatch(/^warn.*ctldl\.windowsupdate\.com/);
});

test('a disk that is nearly full is bad before anything is kept on it', () => {
  const megabytes = (count: number) => told(judgeDisk({folder: 'S', free: count * 1024 * 1024}));
  expect(megabytes(99)).toMatch(/^bad: 99 MB.*Make room/);
  expect(megabytes(500)).toMatch(/^warn/);
  expect(megabytes(5000)).toMatch(/^good/);
});

test('runs: what was interrupted comes before what was not confirmed, and that before what waits', () => {
  const pending = [{run: 'r2', deadline: '2026-11-22T12:00:00Z'}];
  const none = {finished: 3, unfinished: undefined, unrestored: [], expired: [], pending: []};
  expect(told(judgeRuns(none))).toBe('good: 3 in the journals, all ended');
  expect(told(judgeRuns({...none, pending}))).toMatch(/^warn: run r2 waits.*stopgap confirm r2/);
  expect(told(judgeRuns({...none, pending, expired: pending}))).toMatch(
    /^bad: run r2 was not confirmed.*stopgap recover/,
  );
  const unrestored = [{run: 'r3', ids: ['M1'], message: 'access is denied'}];
  expect(told(judgeRuns({...none, pending, expired: pending, unrestored}))).toMatch(
    /^bad: run r3 failed and could not be taken back.*stopgap rollback M1/,
  );
  expect(told(judgeRuns({...none, pending, expired: pending, unrestored, unfinished: 'r1'}))).toMatch(
    /^bad: run r1 was interrupted.*stopgap recover/,
  );
});

describe('the agent', () => {
  const startedAt = '2026-11-22T10:00:00.000Z';
  const checked = {running: {startedAt}, lastCheck: '2026-11-22T11:00:00.000Z', nextCheck: '2026-11-22T12:00:00.000Z'};
  const service = {
    name: 'stopgap',
    displayName: '',
    state: 'STOPPED',
    startType: 'delayed-auto',
    dependencies: [],
  } as const;
  const judge = (now: string, memory: Parameters<typeof judgeAgent>[0]['memory'] = checked) =>
    told(judgeAgent({memory, times: agentDefaults, service: undefined, now: at(now)}));
  test('is alive until a check is missing for as long as one may take', () => {
    expect(judge('2026-11-22T13:04:00Z')).toMatch(/^good/);
    expect(judge('2026-11-22T13:06:00Z')).toMatch(/^bad.*does not answer.*agent start/);
  });
  test('has its first check ten minutes after the start', () => {
    const fresh = {running: {startedAt}, lastCheck: null, nextCheck: null};
    expect(judge('2026-11-22T11:14:00Z', fresh)).toMatch(/^good.*not checked yet/);
    expect(judge('2026-11-22T11:16:00Z', fresh)).toMatch(/^bad/);
  });
  test('whose service is stopped is told by the service', () => {
    const seen = {memory: checked, times: agentDefaults, service, now: at('2026-11-22T11:01:00Z')};
    expect(told(judgeAgent(seen))).toMatch(/^bad: the service stopgap is STOPPED.*agent start/);
  });
});
