import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExchangeServer, installExchange} from './exchange-server.ts';
import {changedPaths, diffOf, expectedOf, journalsAlike, plansAlike, readFiles} from './golden.ts';
import {seeService} from './service-control.ts';
import type {Session} from './session.ts';
import {journalOf, makePlan, planFile, succeeds} from './stopgap.ts';

/*
 * Unified Messaging and the control panel off on Exchange 2016 CU19, through a real service control manager with services
 * that take their time, as the golden case says.
 */

const name = 'services-and-pool-exchange2016';
const services = ['MSExchangeHM', 'MSExchangeHMRecovery', 'MSExchangeUM', 'MSExchangeUMCR'];
let server: ExchangeServer;
let session: Session;
let plan: string;

beforeAll(async () => {
  server = await installExchange({from: 'exchange2016-cu19', services});
  session = server.session;
});
afterAll(() => server.uninstall());

/** `STOPPED DISABLED` and so on, as this Windows says it. */
const states = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const service of services) {
    const {state, start} = await seeService(session.wine, service);
    found.push(`${state} ${start}`);
  }
  return found;
};

const asInstalled = ['RUNNING AUTO_START', 'RUNNING AUTO_START', 'RUNNING AUTO_START', 'RUNNING AUTO_START  (DELAYED)'];

test('the plan is the one that is made on Linux', async () => {
  expect(await states()).toEqual(asInstalled);
  plan = await makePlan(session, 'CVE-2021-26857', 'CVE-2021-27065');
  const {made, expected} = plansAlike(plan, name);
  expect(made).toEqual(expected);
});

test('applied, the services are off and the journal tells as on Linux', async () => {
  const before = readFiles(session.wine, changedPaths(name));
  await succeeds(session, 'apply', planFile, '--now', '--reason', 'change 4711');
  expect(await states()).toEqual(services.map(() => 'STOPPED DISABLED'));
  const [files = ''] = expectedOf(name, 'after.diff').split(/^- service/m);
  expect(diffOf(before, readFiles(session.wine, changedPaths(name)))).toBe(files);
  const journals = journalsAlike(journalOf(session, 'r1'), {plan, name});
  expect(journals.made).toEqual(journals.expected);
});

test('rolled back, they run as they did, the delayed start included', async () => {
  await succeeds(session, 'rollback', '--all', '--reason', 'over', '--exact');
  expect(await states()).toEqual(asInstalled);
});
