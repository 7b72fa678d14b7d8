import {afterAll, beforeAll, expect, test} from 'vitest';
import {version} from '../../src/kit/version.ts';
import {installExchange} from './exchange-server.ts';
import {type Session, startSession} from './session.ts';
import {serveWebSites} from './web-sites.ts';

let session: Session;
let closeSites: () => Promise<void>;

beforeAll(async () => {
  session = await startSession();
  const server = await installExchange(session, {
    from: 'exchange2016-cu19',
    services: ['MSExchangeUM', 'MSExchangeHM', 'MSExchangeHMRecovery'],
  });
  closeSites = await serveWebSites(session.wine, server);
});
afterAll(async () => {
  await closeSites();
  await session.end();
});

test('it says its version', async () => {
  const {wine, exe} = session;
  expect(await wine.run(exe, ['--version'])).toEqual({exitCode: 0, stdout: `${version}\n`, stderr: ''});
});

test('status', async () => {
  const {wine, exe} = session;
  console.log(await wine.run(exe, ['status']));
  console.log(await wine.run(exe, ['plan', 'M1']));
});
