import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
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
import {stateFolder, stopgap, succeeds} from './stopgap.ts';
import {until} from './until.ts';

/* The agent as a Windows service: installed, started, a check done, killed, started again, stopped, taken away. */

const name = 'stopgap';
const webConfig = 'inetpub/wwwroot/web.config';
let server: ExchangeServer;
let session: Session;

beforeAll(async () => {
  server = await installExchange({from: 'exchange2019-cu12', services: []});
  session = server.session;
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
  const {stderr, exitCode} = await stopgap(session, 'agent', 'install');
  expect({stderr, exitCode}).toMatchObject({exitCode: 0});
  expect(stderr).toContain('sc.exe create stopgap binPath=');
  expect(await service()).toMatchObject({state: 'STOPPED', start: 'AUTO_START  (DELAYED)'});
});

test('started, it does its first check and applies what the signed feed brings', async () => {
  await publish();
  for (const [key, value] of Object.entries(settings))
    await succeeds(session, 'settings', 'set', key, value, '--reason', 'trial');
  await succeeds(session, 'agent', 'start');
  expect((await service()).state).toBe('RUNNING');
  await until(
    'M1 is there',
    () => readFiles(session.wine, [webConfig]).get(webConfig)?.includes('stopgap M1.1') === true,
  );
  await until('the check has ended', () => memory()?.lastCheck != null);
  expect((await stopgap(session, 'status')).stdout).toMatch(/M1 +UrlRewrite +Active/);
});

test('killed, it comes back when it is started, checks when it is asked, and applies nothing twice', async () => {
  const {pid} = await service();
  await session.wine.must('taskkill', ['/f', '/pid', String(pid)]);
  await until('Windows knows that it has ended', async () => (await service()).state === 'STOPPED');
  const before = memory()?.lastCheck;
  await succeeds(session, 'agent', 'start');
  await until('it has checked again', () => memory()?.lastCheck !== before);
  expect(await succeeds(session, 'agent', 'check')).toContain('the feed is proven');
  expect((await service()).pid).not.toBe(pid);
  expect(runs()).toEqual(['r1']);
});

test('stopped, it has ended in order', async () => {
  await succeeds(session, 'agent', 'stop');
  await until('it has stopped', async () => (await service()).state === 'STOPPED');
  expect(memory()?.running).toBeNull();
});

test('taken away, it is gone, and what it applied stays', async () => {
  await succeeds(session, 'agent', 'uninstall');
  await until('the service is gone', async () => (await service()).state === undefined);
  expect(readFiles(session.wine, [webConfig]).get(webConfig)).toContain('stopgap M1.1');
});
