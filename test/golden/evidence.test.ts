import {readFile, writeFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import type {Plan} from '../../src/plan/model.ts';
import {sealPlan} from '../../src/plan/seal.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

/* A plan file is evidence, not a script: what is applied is what planning finds now. */

const webRoot = 'C:\\inetpub\\wwwroot\\web.config';
const owaWebConfig = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\web.config';
const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

const exchange2019 = (): Promise<Lab> => makeLab(fixture('exchange2019-cu12'));

const expectRefused = async (lab: Lab, plan: Plan, code: string): Promise<unknown> => {
  const before = {tree: await lab.tree(), machine: lab.machine()};
  const refused = await lab.apply(plan).then(
    () => 'applied',
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({code, exitCode: 3});
  expect({tree: await lab.tree(), machine: lab.machine()}).toEqual(before);
  return refused;
};

/** The plan with every occurrence of a text in its body replaced, and the planId that fits again. */
const editedConsistently = ({body, meta}: Plan, from: string, to: string): Plan =>
  sealPlan(JSON.parse(JSON.stringify(body).replaceAll(from, to)), meta);

describe('planning', () => {
  test('twice gives one planId, and the same bytes at the same time', async () => {
    const lab = await exchange2019();
    const first = await lab.plan(['M1', 'M2']);
    await lab.server.clock.sleep(60_000);
    const second = await lab.plan(['M1', 'M2']);
    expect(second.planId).toBe(first.planId);
    expect(second.meta.plannedAt).not.toBe(first.meta.plannedAt);
    const {meta} = first;
    expect(canonicalJson({...second, meta})).toBe(canonicalJson(first));
  });

  test('on another copy of the same server gives the same planId', async () => {
    const [one, other] = [await exchange2019(), await exchange2019()];
    expect((await one.plan(['M1'])).planId).toBe((await other.plan(['M1'])).planId);
  });
});

describe('a plan', () => {
  test('that was applied is not applied twice', async () => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M1']);
    const {runId} = await lab.applied(plan);
    const before = await lab.tree();
    expect(await lab.apply(plan)).toMatchObject({did: 'nothing', why: `already applied by run ${runId}`, run: runId});
    expect(await lab.tree()).toEqual(before);
  });

  test('that was edited does not fit its planId', async () => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M1']);
    const edited = {...plan, body: {...plan.body, steps: plan.body.steps.map((step) => ({...step, label: 'nothing'}))}};
    await expectRefused(lab, edited, 'PLAN.ALTERED');
  });

  test('that was edited consistently, planId and all, is not what its source says', async () => {
    const lab = await makeLab(fixture('exchange2016-cu19'));
    const plan = await lab.plan(['CVE-2021-26857']);
    const edited = editedConsistently(plan, 'MSExchangeUM"', 'MSExchangeIS"');
    expect(edited.planId).not.toBe(plan.planId);
    const before = {tree: await lab.tree(), machine: lab.machine()};
    await expect(lab.apply(edited)).rejects.toMatchObject({exitCode: 3, code: expect.stringMatching(/^PLAN\./)});
    expect({tree: await lab.tree(), machine: lab.machine()}).toEqual(before);
  });

  test.each([
    ['the pattern of its rule', '(?=.*autodiscover)(?=.*powershell)', '(?=.*nobody)'],
    ['its argv alone', 'action.type:AbortRequest', 'action.type:None'],
    ['its way back', "/-[name='stopgap M1.1", "/-[name='EEMS M1.1"],
    ['a check', '"is":"absent"', `"is":"present","meaning":"${'a'.repeat(64)}"`],
    ['a sentence that a person reads', 'is affected', 'is not affected'],
    ['the files that it backs up', '"touches":["', '"touches":["C:\\\\Windows\\\\win.ini","'],
  ])('in which somebody changed %s and the planId is refused', async (_what, from, to) => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M1']);
    const edited = editedConsistently(plan, from, to);
    expect(edited.planId).not.toBe(plan.planId);
    await expectRefused(lab, edited, 'PLAN.ALTERED');
  });

  test('whose source this server never saw is refused', async () => {
    const lab = await exchange2019();
    const {body, meta} = await lab.plan(['M1']);
    const sources = body.sources.map((source) => ({...source, digest: 'b'.repeat(64)}));
    await expectRefused(lab, sealPlan({...body, sources}, meta), 'PLAN.SOURCE_UNKNOWN');
  });

  test('of a rollback is never applied', async () => {
    const lab = await exchange2019();
    await lab.applied(await lab.plan(['M1']));
    await expectRefused(lab, await lab.planRollback(), 'PLAN.NOT_FOR_APPLY');
  });
});

const rule = `<rule name="Somebody's" stopProcessing="true"><match url="^forbidden$" /><action type="AbortRequest" /></rule>`;
const section = (content: string): string =>
  `<system.webServer><rewrite><rules>${content}</rules></rewrite></system.webServer></configuration>`;

describe('a server that moved after the plan was made', () => {
  test('by a rule in the same section makes it stale, and the section is named', async () => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M1']);
    await lab.write(webRoot, (await lab.read(webRoot)).replace('</configuration>', section(rule)));
    const refused = await expectRefused(lab, plan, 'PLAN.STALE');
    expect(refused).toHaveProperty(
      'message',
      expect.stringContaining('section system.webServer/rewrite/rules at Default Web Site'),
    );
  });

  test('by an update makes it stale, and the build is named', async () => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M1']);
    const file = `${lab.dir}/server.json`;
    await writeFile(file, (await readFile(file, 'utf8')).replace('15.2.1118.7', '15.2.1118.9'));
    const refused = await expectRefused(lab, plan, 'PLAN.STALE');
    expect(refused).toHaveProperty('message', expect.stringContaining('Exchange build'));
  });

  test('by a service that was stopped makes it stale, and the service is named', async () => {
    const lab = await makeLab(fixture('exchange2016-cu19'));
    const plan = await lab.plan(['CVE-2021-26857']);
    await lab.server.commands.run({tool: 'sc.exe', args: ['stop', 'MSExchangeUM']}, {timeoutMs: 1000});
    await lab.server.clock.sleep(60_000);
    const refused = await expectRefused(lab, plan, 'PLAN.STALE');
    expect(refused).toHaveProperty('message', expect.stringContaining('service MSExchangeUM'));
  });

  test('by a certificate binding and a comment elsewhere does not', async () => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M2']);
    const host = await lab.read(hostConfig);
    const changed = host
      .replace('<bindings>', '<!-- renewed\r\n on Sunday -->\r\n<bindings>')
      .replace(/(<binding protocol="https" bindingInformation="[^"]*")/, '$1 sslFlags="1"');
    expect(changed).not.toBe(host);
    expect(changed).toContain('sslFlags="1"');
    await lab.write(hostConfig, changed);
    await lab.applied(plan);
    const after = await lab.read(hostConfig);
    expect(after).toContain('renewed');
    expect(after).toContain('stopgap M2.1 OWA CSP - outbound');
    await lab.rollBack();
    expect(await lab.read(hostConfig)).toBe(changed);
  });
});

describe('a malformed configuration file', () => {
  test.each([
    ['of the target', webRoot, ['M1']],
    ['that only the inheritance reads', hostConfig, ['M1']],
    ['of an application that shares the target', owaWebConfig, ['M2']],
  ])('%s is refused with file, line and column, and no byte is changed', async (_what, file, args) => {
    const lab = await exchange2019();
    const lines = (await lab.read(file)).split('\r\n');
    const end = lines.lastIndexOf('</configuration>');
    await lab.write(file, lines.with(end, '<broken a=1></configuration>').join('\r\n'));
    const before = await lab.tree();
    const refused = await lab.plan(args).then(
      () => 'planned',
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      exitCode: 3,
      where: {file, line: end + 1, column: expect.any(Number)},
    });
    expect(await lab.tree()).toEqual(before);
  });

  test('that got so after planning is refused by apply', async () => {
    const lab = await exchange2019();
    const plan = await lab.plan(['M1']);
    await lab.write(webRoot, (await lab.read(webRoot)).replace('</configuration>', ''));
    const before = await lab.tree();
    await expect(lab.apply(plan)).rejects.toMatchObject({exitCode: 3, where: {file: webRoot}});
    expect(await lab.tree()).toEqual(before);
  });
});
