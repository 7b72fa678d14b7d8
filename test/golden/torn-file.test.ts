import {describe, expect, test} from 'vitest';
import {armFault} from '../../src/server/sandbox/faults.ts';
import {fixture, makeLab} from '../support/lab.ts';

/* appcmd is killed while it writes, and half a configuration file is left: IIS answers 500.19 until somebody helps. */

const cases = [
  ['the web root', 'M1', 'C:\\inetpub\\wwwroot\\web.config'],
  ['applicationHost.config', 'M2', 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config'],
] as const;

describe.each(cases)('half of %s', (_name, id, file) => {
  test('is never taken for an applied mitigation, and rollback --exact makes it whole', async () => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const before = await lab.tree();
    const whole = await lab.read(file);
    const plan = await lab.plan([id]);
    armFault(lab.dir, new Date(), {name: 'killed-mid-write', at: 1});
    const end = await lab.apply(plan);
    if (end.did === 'applied' && end.result.exitCode === 4) {
      // It was put back by the run itself: nothing is left to do.
      expect(await lab.tree()).toEqual(before);
      return;
    }
    expect(end).toMatchObject({did: 'applied', result: {exitCode: 5, outcome: 'not-restored'}});
    expect((await lab.read(file)).length).toBeLessThan(whole.length);
    expect((await lab.rollBack({exact: true, target: id})).result.exitCode).toBe(0);
    expect(await lab.tree()).toEqual(before);
    expect((await lab.server.prober.get('Default Web Site', '/owa/')).status).toBe(200);
  });
});
