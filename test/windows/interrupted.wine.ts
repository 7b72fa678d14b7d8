import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Files} from '../golden/golden-case.ts';
import {type ExchangeServer, installExchange, playAppcmd} from './exchange-server.ts';
import {readFiles} from './golden.ts';
import type {Session} from './session.ts';
import {journalOf, makePlan, planFile, stopgap, succeeds} from './stopgap.ts';
import {until} from './until.ts';

/* What happens to a change when the one who makes it does not come to its end. */

const webConfig = 'inetpub/wwwroot/web.config';
let server: ExchangeServer;
let session: Session;
let before: Files;

beforeAll(async () => {
  server = await installExchange({from: 'exchange2019-cu12', services: []});
  session = server.session;
  before = readFiles(session.wine, [webConfig]);
});
afterAll(() => server.uninstall());
beforeEach(() => makePlan(session, 'M1'));

const now = (): Files => readFiles(session.wine, [webConfig]);

describe('killed while appcmd.exe works', () => {
  test('what is open is said, appcmd.exe ends alone, and recover finds out what became of it', async () => {
    const {wine, standIns, exe} = session;
    const apply = wine.start(exe, ['apply', planFile, '--now', '--reason', 'change 1']);
    const simulator = playAppcmd(server.sandbox);
    standIns.play('appcmd.exe', async (received) => {
      if (received.argv[0] === 'set') {
        apply.child.kill('SIGKILL');
        await apply.ended;
      }
      return simulator(received);
    });
    expect((await apply.ended).exitCode).toBeNull();
    standIns.play('appcmd.exe', simulator);
    expect(await stopgap(session, 'apply', planFile, '--now', '--reason', 'again')).toMatchObject({exitCode: 3});
    expect(await stopgap(session, 'recover')).toMatchObject({exitCode: 0});
    expect(journalOf(session, 'r1')).toContain('"type":"run.finished"');
  });

  test('and rollback takes back what there is of it', async () => {
    if (now().get(webConfig) !== before.get(webConfig))
      await succeeds(session, 'rollback', '--all', '--exact', '--reason', 'over');
    expect(now()).toEqual(before);
  });
});

describe('applied to be confirmed', () => {
  const applyForAWhile = async (...within: readonly string[]) => {
    const {wine, exe} = session;
    const applied = wine.start(exe, [
      'apply',
      planFile,
      '--now',
      '--reason',
      'change 2',
      '--confirm-within',
      ...within,
    ]);
    await until('it is applied', () => now().get(webConfig) !== before.get(webConfig));
    return applied;
  };

  test('the watchdog takes it back when the one who applied it is gone', async () => {
    const apply = await applyForAWhile('20s');
    apply.child.kill('SIGKILL');
    await until('it is taken back', () => now().get(webConfig) === before.get(webConfig));
    // The watchdog ends, and its task with it.
    await until('the task is gone', () => session.scheduled.tasks.size === 0);
  });

  test('a task is there for the next start of the machine, until it is confirmed', async () => {
    const apply = await applyForAWhile('10m');
    const [name = ''] = session.scheduled.tasks.keys();
    expect(session.scheduled.commandOf(name)).toContain('stopgap.exe');
    const [run = ''] = /\br\d+\b/.exec((await stopgap(session, 'status')).stdout) ?? [];
    await succeeds(session, 'confirm', run);
    expect((await apply.ended).exitCode).toBe(0);
    expect(session.scheduled.tasks.size).toBe(0);
    expect(now()).not.toEqual(before);
  });
});
