import {mkdir, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {getCACertificates, setDefaultCACertificates} from 'node:tls';
import {afterAll, beforeAll, beforeEach, expect, onTestFinished, test} from 'vitest';
import {type Examination, examineServer} from '../../src/operations/doctor/examination.ts';
import type {PatientOptions} from '../../src/operations/doctor/patient.ts';
import {certificatePem} from '../../src/publish/pem.ts';
import {testNow} from '../support/certificates.ts';
import {forge, root} from '../support/forge-feed.ts';
import {fixtureServer} from '../support/memory-server.ts';
import {type Listening, type ShownCertificate, serveHttpsAs, serveProxy, webRootPem} from '../support/web-server.ts';
import {checkOf, closedFolder, optionsOf} from './surgery.ts';

/* Real endpoints on this machine, in each of the states in which one is met. */

const profile = (issuers: string) => `formatVersion: 1
name: trial
dialect: stopgap
anchors: [{file: root.pem}]
signer: {}
revocation: off
hosts: [localhost, nowhere.invalid]
tlsIssuers: [${issuers}]
`;

type Answer = 'feed' | 'changed' | 'never' | 'late-clock';
let answer: Answer = 'feed';
let site: Listening & {readonly show: (which: ShownCertificate) => void};
const before = getCACertificates('default');

beforeAll(async () => {
  setDefaultCACertificates([...before, webRootPem]);
  site = await serveHttpsAs((_, response) => {
    if (answer === 'never') return;
    if (answer === 'late-clock') response.setHeader('date', new Date(Date.now() - 2 * 3_600_000).toUTCString());
    const feed = forge();
    response.end(answer === 'changed' ? Buffer.from(feed.toString().replace('<EOCS', '<EOCS x="1"')) : feed);
  });
});
afterAll(async () => {
  setDefaultCACertificates(before);
  await site.close();
});
beforeEach(() => {
  answer = 'feed';
  site.show('own');
});

interface Way {
  readonly issuers?: string;
  readonly address?: string;
  readonly options?: Partial<PatientOptions>;
}

const examine = async ({issuers = 'Web root', address, options}: Way = {}): Promise<Examination> => {
  const stateDir = await closedFolder();
  await mkdir(join(stateDir, 'trust'));
  await writeFile(join(stateDir, 'trust', 'root.pem'), certificatePem(root.der));
  await writeFile(join(stateDir, 'trust', 'trial.yaml'), profile(issuers));
  const feed = address ?? `https://localhost:${site.port}/feed`;
  await writeFile(join(stateDir, 'settings.yaml'), `agent: {feed: '${feed}', profiles: [trial]}\n`);
  const reader = {...fixtureServer('exchange2019-cu12'), kind: 'sandbox' as const, now: () => testNow};
  return examineServer({...optionsOf(stateDir), reader, offline: false, ...options});
};

const verdicts = (examination: Examination): Readonly<Record<string, string>> =>
  Object.fromEntries(['endpoint', 'tls', 'clock', 'feed'].map((id) => [id, checkOf(examination, id).verdict]));
const remedyOf = (examination: Examination, id: string): string =>
  checkOf(examination, id)
    .remedy.map(({label, command = ''}) => `${label} ${command}`)
    .join('\n');

const failed = {result: 'Failed', trusted: false};

test('an endpoint that brings a trusted feed is good in every way, and more than accessible', async () => {
  const examination = await examine();
  expect(verdicts(examination)).toEqual({endpoint: 'good', tls: 'good', clock: 'good', feed: 'warn'});
  expect(checkOf(examination, 'feed').evidence).toMatch(/fetched, verified and acceptable.*on first use/);
  expect(checkOf(examination, 'tls').evidence).toContain('issued by "Web root"');
  expect(examination.connectivity).toEqual({
    result: 'Success',
    message: 'The Mitigation Service endpoint is accessible from this computer.',
    trusted: true,
  });
});

test('an endpoint that answers with a feed that nobody signed so is accessible, and not trusted', async () => {
  answer = 'changed';
  const examination = await examine();
  expect(verdicts(examination)).toMatchObject({endpoint: 'good', feed: 'bad'});
  expect(checkOf(examination, 'feed').evidence).toMatch(/fetched, and not accepted.*\[TRUST\./);
  expect(remedyOf(examination, 'feed')).toContain('stopgap feed verify https://localhost');
  expect(examination.connectivity).toMatchObject({result: 'Success', trusted: false});
});

test('an inspecting proxy whose root this machine does not trust is named with its certificate', async () => {
  site.show('intercepted');
  const examination = await examine();
  expect(verdicts(examination)).toEqual({endpoint: 'bad', tls: 'bad', clock: 'unknown', feed: 'unknown'});
  expect(checkOf(examination, 'tls').evidence).toContain('issued by "Acme TLS inspection"');
  expect(remedyOf(examination, 'tls')).toContain('let localhost pass unopened');
  expect(examination.connectivity).toMatchObject(failed);
});

test('an inspecting proxy whose root this machine trusts is a warning: the signature holds', async () => {
  const examination = await examine({issuers: 'Contoso Public CA'});
  expect(verdicts(examination)).toEqual({endpoint: 'good', tls: 'warn', clock: 'good', feed: 'warn'});
  expect(remedyOf(examination, 'tls')).toContain('let localhost pass unopened');
});

test('a certificate that has ended points at the clock', async () => {
  site.show('expired');
  expect(remedyOf(await examine(), 'endpoint')).toContain('check the clock of this machine first');
});

test('an endpoint that never answers looks like a firewall that drops', async () => {
  answer = 'never';
  const examination = await examine({options: {deadlineMs: 300}});
  expect(checkOf(examination, 'endpoint').evidence).toContain('FEED.DEADLINE');
  expect(remedyOf(examination, 'endpoint')).toContain('firewall that drops packets');
  expect(examination.connectivity).toMatchObject(failed);
});

test('a refused connection, and a name that nobody knows', async () => {
  const closed = await serveHttpsAs(() => undefined);
  await closed.close();
  const refused = await examine({address: `https://localhost:${closed.port}/feed`});
  expect(remedyOf(refused, 'endpoint')).toContain('Nothing listens there');
  expect(refused.connectivity?.message).toContain('https://aka.ms/HelpConnectivityEEMS');
  expect(remedyOf(await examine({address: 'https://nowhere.invalid/feed'}), 'endpoint')).toContain('DNS');
});

test('a proxy whose own name nobody knows is told as that, and so is who names it', async () => {
  const ways = [
    [{env: {}, proxy: 'http://proxy.invalid:3128'}, 'named by settings or --proxy'],
    [{env: {HTTPS_PROXY: 'http://proxy.invalid:3128'}}, 'named by the environment'],
  ] as const;
  for (const [way, by] of ways) {
    const examination = await examine({options: {network: way}});
    const {evidence} = checkOf(examination, 'endpoint');
    expect(evidence).toContain('the name of the proxy itself, proxy.invalid, cannot be resolved');
    expect(evidence).toContain(`proxy.invalid:3128 is the proxy ${by}`);
    expect(remedyOf(examination, 'endpoint')).not.toContain('which then resolves');
  }
});

test('a clock that is two hours ahead of the endpoint is bad', async () => {
  answer = 'late-clock';
  const examination = await examine();
  expect(checkOf(examination, 'clock')).toMatchObject({
    verdict: 'bad',
    evidence: expect.stringContaining('120 minutes ahead'),
  });
  expect(remedyOf(examination, 'clock')).toContain('w32tm /resync');
});

test('a proxy that wants a password is told as such', async () => {
  const proxy = createServer();
  proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const examination = await examine({options: {network: {env: {}, proxy: `http://127.0.0.1:${port}`}}});
  expect(checkOf(examination, 'endpoint').verdict).toBe('bad');
  expect(remedyOf(examination, 'endpoint')).toContain('without a password (407)');
});

test('a proxy of the environment is used and named', async () => {
  const proxy = await serveProxy();
  onTestFinished(proxy.close);
  const env = {HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`};
  const examination = await examine({options: {network: {env}}});
  expect(verdicts(examination)).toMatchObject({endpoint: 'good', feed: 'warn'});
  expect(checkOf(examination, 'proxies').evidence).toContain(`127.0.0.1:${proxy.port} (named by the environment)`);
  expect(proxy.asked).toContain(`localhost:${site.port}`);
});
