import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {AgentMemory} from '../../src/operations/agent/memory.ts';
import {buildFeed} from '../../src/publish/build-feed.ts';
import {signFeed} from '../../src/publish/sign-feed.ts';
import {makeTestAuthority} from '../../src/publish/test-ca.ts';
import {catalogued} from '../agent/publisher.ts';
import {type ExchangeServer, installExchange} from './exchange-server.ts';
import {readFiles} from './golden.ts';
import {seeService} from './service-control.ts';
import type {Session} from './session.ts';
import {stateFolder} from './stopgap.ts';
import {Transcript} from './transcript.ts';
import {until} from './until.ts';

/* The agent as a Windows service: installed, started, a check done, killed, started again, stopped, taken away. */

const name = 'stopgap';
const webConfig = 'inetpub/wwwroot/web.config';
const introduction = `# The agent as a Windows service

Written by \`npm run test:windows -- agent -u\`, which really does all of it: stopgap.exe as a service under Wine, on the service
control manager of Wine. Error texts of Windows are Wine's words; numbers are Windows' own. Times, process ids and digests
stand for real ones.`;

let server: ExchangeServer;
let session: Session;
/** Becomes docs/transcripts/windows-service.md. */
let transcript: Transcript;

beforeAll(async () => {
  server = await installExchange({from: 'exchange2019-cu12', services: []});
  session = server.session;
  transcript = new Transcript(session, hostname());
  transcript.say(introduction);
});
afterAll(() => server.uninstall());

const service = () => seeService(session.wine, name);
const hostState = (...names: readonly string[]): string => join(session.wine.hostPath(stateFolder), ...names);
const memory = (): AgentMemory | undefined => {
  try {
    return JSON.parse(readFileSync(hostState('agent.json'), 'utf8'));
  } catch {
    // No agent has looked yet.
    return undefined;
  }
};
const runs = (): readonly string[] => readdirSync(hostState('runs')).filter((one) => /^r\d+$/.test(one));

/** A signed feed with M1 in a file, and the trust profile that accepts it. */
const publish = async (): Promise<void> => {
  const now = new Date();
  const authority = makeTestAuthority({now, days: 30, name: 'acme'});
  const xml = buildFeed([await catalogued('M1')], {version: '1.0.1', serial: 1, issued: now, expires: undefined});
  const signed = signFeed(xml, {keyPem: authority['signer.key.pem'], certificateChainPem: authority['signer.pem']});
  writeFileSync(session.wine.hostPath('C:\\feed.xml'), signed);
  mkdirSync(hostState('trust'), {recursive: true});
  writeFileSync(hostState('trust', 'acme.yaml'), authority['profile.yaml']);
  writeFileSync(hostState('trust', 'ca.pem'), authority['ca.pem']);
};

const settings = {
  'agent.feed': 'C:\\feed.xml',
  'agent.mode': 'auto',
  'agent.firstCheck': '0s',
  'agent.every': '1h',
  'agent.jitter': '0s',
};

test('installed, it is a service that starts late by itself, and does not run yet', async () => {
  transcript.say('Installed: every command is shown before it runs.');
  const {stderr, exitCode} = await transcript.stopgap('agent', 'install');
  expect(exitCode, stderr).toBe(0);
  await transcript.run('sc', 'qc', name);
  expect(await service()).toMatchObject({state: 'STOPPED', start: 'AUTO_START  (DELAYED)'});
});

test('started, it does its first check and applies what the signed feed brings', async () => {
  await publish();
  transcript.say(
    'Told what to do, and started. The feed is signed by an authority that a trust profile of this server names.',
  );
  for (const [key, value] of Object.entries(settings)) {
    expect((await transcript.stopgap('settings', 'set', key, value, '--reason', 'trial')).exitCode).toBe(0);
  }
  expect((await transcript.stopgap('agent', 'start')).exitCode).toBe(0);
  await transcript.run('sc', 'queryex', name);
  expect((await service()).state).toBe('RUNNING');
  await until(
    'M1 is there',
    () => readFiles(session.wine, [webConfig]).get(webConfig)?.includes('stopgap M1.1') === true,
  );
  await until('the check has ended', () => memory()?.lastCheck != null);
  transcript.say('Its first check is done: the rule of the feed is in force.');
  expect((await transcript.stopgap('status')).stdout).toMatch(/M1 +UrlRewrite +Active/);
});

test('killed, it comes back when it is started, checks when it is asked, and applies nothing twice', async () => {
  const {pid} = await service();
  transcript.say('Killed from outside; started again, which on a real server the recovery actions do after a minute.');
  expect((await transcript.run('taskkill', '/f', '/pid', String(pid))).exitCode).toBe(0);
  await until('Windows knows that it has ended', async () => (await service()).state === 'STOPPED');
  await transcript.run('sc', 'queryex', name);
  const before = memory()?.lastCheck;
  expect((await transcript.stopgap('agent', 'start')).exitCode).toBe(0);
  await until('it has checked again', () => memory()?.lastCheck !== before);
  expect((await transcript.stopgap('agent', 'check')).stdout).toContain('the feed is proven');
  expect((await service()).pid).not.toBe(pid);
  expect(runs()).toEqual(['r1']);
});

test('stopped, it has ended in order', async () => {
  transcript.say('Stopped, in order.');
  expect((await transcript.stopgap('agent', 'stop')).exitCode).toBe(0);
  await until('it has stopped', async () => (await service()).state === 'STOPPED');
  await transcript.run('sc', 'query', name);
  expect(memory()?.running).toBeNull();
});

test('taken away, it is gone, and what it applied stays', async () => {
  transcript.say('Taken away. What it applied stays until somebody takes it back.');
  expect((await transcript.stopgap('agent', 'uninstall')).exitCode).toBe(0);
  await until('the service is gone', async () => (await service()).state === undefined);
  await transcript.run('sc', 'query', name);
  expect(readFiles(session.wine, [webConfig]).get(webConfig)).toContain('stopgap M1.1');
});

test('and all of it is told by the documentation', async () => {
  await expect(transcript.text).toMatchFileSnapshot('../../docs/transcripts/windows-service.md');
});
