import {describe, expect, test} from 'vitest';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/* CVE-2021-26855 and M1 in one web root: three rules of two runs in one file. */

const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
const pair = ['CVE-2021-26855', 'M1'] as const;
const orders = [
  ['first in, first out', pair[0], pair[1]],
  ['last in, first out', pair[1], pair[0]],
] as const;

/** Exchange 2019 before CU9 needs both. */
const bothApplied = async (): Promise<Lab> => {
  const lab = await makeLab(fixture('exchange2019-cu8'));
  for (const id of pair) await lab.applied(await lab.plan([id]));
  return lab;
};

const rulesOf = (text: string): readonly string[] =>
  [...text.matchAll(/<rule name="stopgap (\S+)\.1 /g)].map(([, id = '']) => id);

describe.each(orders)('two mitigations in one file, %s', (_name, first, second) => {
  test('--exact gives back every byte in the end, and never a rule that is gone', async () => {
    const before = await (await makeLab(fixture('exchange2019-cu8'))).tree();
    const lab = await bothApplied();
    expect(rulesOf(await lab.read(webRoot))).toEqual(['CVE-2021-26855', 'CVE-2021-26855', 'M1']);
    await lab.rollBack({target: first, exact: true});
    expect(new Set(rulesOf(await lab.read(webRoot)))).toEqual(new Set([second]));
    await lab.rollBack({target: second, exact: true});
    expect(await lab.tree()).toEqual(before);
  });

  test('without --exact the rules are gone one after the other', async () => {
    const lab = await bothApplied();
    await lab.rollBack({target: first});
    expect(new Set(rulesOf(await lab.read(webRoot)))).toEqual(new Set([second]));
    await lab.rollBack({target: second});
    expect(rulesOf(await lab.read(webRoot))).toEqual([]);
    expect((await lab.server.prober.get('Default Web Site', '/owa/')).status).toBe(200);
  });
});

test('a run that added two mitigations gives one back and keeps the other', async () => {
  const lab = await makeLab(fixture('exchange2019-cu8'));
  const before = await lab.tree();
  await lab.applied(await lab.plan(pair));
  await lab.rollBack({target: 'M1', exact: true});
  expect(rulesOf(await lab.read(webRoot))).toEqual(['CVE-2021-26855', 'CVE-2021-26855']);
  await lab.rollBack({target: 'CVE-2021-26855', exact: true});
  expect(await lab.tree()).toEqual(before);
});

test('an edit of somebody else between apply and rollback --exact is kept', async () => {
  const lab = await bothApplied();
  const theirs = (await lab.read(webRoot)).replace('</configuration>', '<!-- ours too --></configuration>');
  await lab.write(webRoot, theirs);
  const {plan} = await lab.rollBack({all: true, exact: true});
  expect(plan.body.findings.map(({code}) => code)).toContain('ROLLBACK.NOT_EXACT');
  const after = await lab.read(webRoot);
  expect(after).toContain('<!-- ours too -->');
  expect(rulesOf(after)).toEqual([]);
});

test('a rule that somebody else changed is not destroyed: rollback is refused and shows the three versions', async () => {
  const lab = await bothApplied();
  await lab.write(webRoot, (await lab.read(webRoot)).replace('powershell)"', 'powershell)(?=.*foo)"'));
  const before = await lab.tree();
  const refused = await lab.rollBack({target: 'M1'}).catch((error: unknown) => error);
  expect(refused).toMatchObject({code: 'PLAN.REFUSED', exitCode: 3});
  for (const version of ['before the run: (absent)', 'the run wrote:', 'it is now:', '(?=.*foo)']) {
    expect(refused).toHaveProperty('message', expect.stringContaining(version));
  }
  expect(await lab.tree()).toEqual(before);
});
