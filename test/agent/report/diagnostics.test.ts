import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {diagnosticsJson, diagnosticsSender} from '../../../src/agent/report/diagnostics.ts';
import {deviceIdOf, diagnosticsFormat, diagnosticsOf} from '../../../src/operations/diagnostics.ts';
import {diagnosticsSettings} from '../../../src/operations/settings/diagnostics.ts';
import {effectiveSettings} from '../../../src/operations/settings/effective.ts';
import {testFolder} from '../../support/lab.ts';
import {serveHttps, webRootPem} from '../../support/web-server.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
const data = (deviceId = 'd') =>
  diagnosticsOf(
    {
      exchangeBuild: '15.2.1118.7',
      mitigations: [
        {id: 'M1', status: 'Active'},
        {id: 'M2', status: 'Missing'},
        {id: 'M3', status: 'Not applied'},
      ],
    },
    effectiveSettings({server: {mitigationsBlocked: ['M4']}, organization: {}, source: {is: 'none'}}),
    {deviceId, now},
  );

test('are these fields and no others', () => {
  expect(data()).toEqual({
    formatVersion: 1,
    at: '2026-11-22T03:00:00.000Z',
    exchangeVersion: '15.2.1118.7',
    deviceId: 'd',
    organization: null,
    mitigationsApplied: ['M1'],
    mitigationsBlocked: ['M4'],
    attention: [{id: 'M2', status: 'Missing'}],
    stopgapVersion: expect.stringMatching(/^\d/),
    mode: 'observe',
    mitigationsEnabled: {organization: true, server: true},
  });
});

test('the number of a server is random, and stays', async () => {
  const [one, other] = [await testFolder(), await testFolder()];
  expect(await deviceIdOf(one)).toBe(await deviceIdOf(one));
  expect(await deviceIdOf(one)).not.toBe(await deviceIdOf(other));
});

const finished = {
  at: now.toISOString(),
  host: 'EX01',
  what: {is: 'check-finished', nextCheck: '', durationMs: 1},
} as const;

const sender = async (written: Readonly<Record<string, unknown>> | undefined) => {
  const bodies: string[] = [];
  const {port, close} = await serveHttps((request, response) => {
    request.on('data', (part: Buffer) => bodies.push(part.toString()));
    request.on('end', () => response.writeHead(204).end());
  });
  onTestFinished(close);
  const ca = join(await testFolder(), 'root.pem');
  await writeFile(ca, webRootPem);
  const diagnostics = written && diagnosticsSettings.parse({url: `https://localhost:${port}/`, ca, ...written});
  const trouble: string[] = [];
  let collected = 0;
  const listener = diagnosticsSender({
    collect: async () => {
      collected++;
      return data();
    },
    context: async () => ({diagnostics, post: {env: {}, now: () => now, proxy: undefined}}),
    onTrouble: (message) => trouble.push(message),
  });
  return {listener, bodies, trouble, collected: () => collected};
};

test('without settings nothing is collected and nothing is sent', async () => {
  const {listener, bodies, collected} = await sender(undefined);
  await listener.tell(finished);
  expect([collected(), bodies]).toEqual([0, []]);
});

test('with settings that agree, the very text that is shown is sent after a check, and only then', async () => {
  const {listener, bodies} = await sender({agreedTo: diagnosticsFormat});
  await listener.tell({...finished, what: {is: 'check-started', cause: 'schedule'}});
  await listener.tell(finished);
  expect(bodies).toEqual([diagnosticsJson(data())]);
});

test('with settings that agree to another form, nothing is sent, and the log says why', async () => {
  const {listener, bodies, trouble} = await sender({agreedTo: diagnosticsFormat + 1});
  await listener.tell(finished);
  expect(bodies).toEqual([]);
  expect(trouble.join()).toMatch(/no diagnostics sent: .* stopgap diagnostics show/);
});

test('settings without agreement are refused', () => {
  expect(() => diagnosticsSettings.parse({url: 'https://x.example'})).toThrow();
});
