import {cp, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {adopt, planAdoption} from '../../src/operations/adopt.ts';
import {knownMitigations} from '../../src/operations/known-mitigations.ts';
import {planReconcile} from '../../src/operations/replan.ts';
import {keepSource} from '../../src/operations/sources.ts';
import {readState} from '../../src/operations/state.ts';
import {statusOf} from '../../src/operations/status.ts';
import {sealPlan} from '../../src/plan/seal.ts';
import {appcmd, sc} from '../../src/server/command.ts';
import {cumulativeUpdate} from '../../src/server/sandbox/cumulative-update.ts';
import {readDescription} from '../../src/server/sandbox/description.ts';
import {poolFile} from '../../tools/transcripts/story.ts';
import {
  contextOf,
  fixture,
  haveRealFiles,
  type Lab,
  makeLab,
  realFiles,
  testFolder,
  warnWithoutRealFiles,
} from '../support/lab.ts';

const reconciled = async (lab: Lab) => {
  const options = {place: undefined, accept: []};
  const found = await planReconcile(lab.server, {context: contextOf(lab), options});
  for (const source of found.sources) await keepSource(lab.stateDir, source);
  const meta = {
    plannedAt: '2026-11-22T00:00:00.000Z',
    hostName: (await lab.server.facts()).hostName,
    server: lab.server.name,
    stopgap: 'x',
  };
  const words = Object.fromEntries(found.rows.map(({what, status, proposal}) => [what, `${status}: ${proposal}`]));
  return {...found, words, plan: sealPlan(found.body, meta)};
};

const statuses = async (lab: Lab) => {
  const known = await readState(lab.stateDir);
  const mitigations = await knownMitigations(known, contextOf(lab));
  const status = await statusOf(lab.server, {known, mitigations, now: lab.server.clock.now()});
  return {...status, words: Object.fromEntries(status.mitigations.map(({id, status: word}) => [id, word]))};
};

const adopted = (lab: Lab, named?: {rule: string; as: string}) =>
  adopt(lab.server, {
    stateDir: lab.stateDir,
    by: 'admin',
    reason: 'take over',
    onEvent: () => undefined,
    plan: async () => {
      const known = await readState(lab.stateDir);
      const mitigations = await knownMitigations(known, contextOf(lab));
      return planAdoption(lab.server, {known, mitigations, ids: [], named});
    },
  });

/** M1 in the site's web.config, M2 in applicationHost.config, and a pool that no update will ever make superfluous. */
const threeApplied = async (): Promise<Lab> => {
  const folder = await testFolder();
  // autoStart is spelled out: appcmd cannot take an attribute away.
  const from = join(folder, 'from');
  await cp(fixture('exchange2019-cu12'), from, {recursive: true});
  const host = join(from, 'C/Windows/System32/inetsrv/config/applicationHost.config');
  const text = await readFile(host, 'utf8');
  await writeFile(
    host,
    text.replace('<add name="MSExchangeECPAppPool"', '<add name="MSExchangeECPAppPool" autoStart="true"'),
  );
  const lab = await makeLab(from, {dir: join(folder, 'server')});
  const file = join(folder, 'ORG-ECP.yaml');
  await writeFile(file, poolFile);
  await lab.applied(await lab.plan(['M1', 'M2', file]));
  return lab;
};

/** A server of the same updates that never had a mitigation. */
const untouched = async (lab: Lab, update: Parameters<typeof cumulativeUpdate>[2]): Promise<Lab> => {
  const other = await makeLab(join(lab.dir, '../from'), {dir: join(lab.dir, '../other')});
  cumulativeUpdate(other.dir, new Date(), update);
  return other;
};

const setBuild = async (lab: Lab, build: string): Promise<void> => {
  const description = readDescription(lab.dir);
  const exchange = {role: 'mailbox' as const, ...description.exchange, build, buildSource: 'server.json'};
  await writeFile(join(lab.dir, 'server.json'), canonicalJson({...description, exchange}));
};

/** A lane in which M1 was fixed from birth and M2 is not fixed yet. */
const cu14 = '15.2.1544.9';

describe.each([
  [false, 'in place: nothing'],
  [true, 'missing: apply again'],
])('months later, after an update that drops locations: %s', (dropLocations, m2) => {
  test('what is needed comes back, what is not goes, and in the end nothing is left', async () => {
    const lab = await threeApplied();
    const update = {build: cu14, dropLocations};
    cumulativeUpdate(lab.dir, new Date(), update);

    const first = await reconciled(lab);
    expect(first.words).toMatchObject({M1: 'obsolete: close the books', M2: m2, 'ORG-ECP': 'missing: apply again'});
    expect(await lab.applied(first.plan)).toMatchObject({outcome: 'done'});
    expect((await statuses(lab)).words).toMatchObject({M1: 'Not applicable', M2: 'Active', 'ORG-ECP': 'Active'});
    expect((await reconciled(lab)).plan.body.steps).toEqual([]);

    await setBuild(lab, '15.2.1544.41');
    const keep = await reconciled(lab);
    expect(keep.words).toMatchObject({M2: 'keep: nothing'});
    expect(keep.rows.find(({what}) => what === 'M2')?.why).toContain('the vendor says keep');
    expect(keep.plan.body.steps).toEqual([]);

    await setBuild(lab, '15.2.1544.43');
    const last = await reconciled(lab);
    expect(last.words).toMatchObject({M2: 'obsolete: remove', 'ORG-ECP': 'in place: nothing'});
    expect(last.plan.body.findings.map(({code}) => code)).toContain('RECONCILE.WOULD_BE_READDED');
    await lab.applied(last.plan);
    await lab.rollBack({all: true});
    const other = await untouched(lab, update);
    expect(await lab.tree()).toEqual(await other.tree());
    expect(Object.keys((await statuses(lab)).words).includes('ORG-ECP')).toBe(false);
  });
});

test('prepare-upgrade lifts pool and monitoring, keeps the rules, and reconcile brings the rest back', async () => {
  const lab = await threeApplied();
  const applied = lab.machine();
  const tree = await lab.tree();
  const {rollBack} = await import('../../src/operations/take-back.ts');
  const choice = {target: undefined, all: true, exact: false, fromBackup: false, suspend: true, accept: []} as const;
  const {result} = await rollBack(lab.server, {
    choice,
    stateDir: lab.stateDir,
    now: lab.server.clock.now(),
    kind: 'prepare-upgrade',
    by: 'admin',
    reason: 'CU',
    onEvent: () => undefined,
  });
  expect(result).toMatchObject({outcome: 'done'});
  expect(lab.machine().pools['MSExchangeECPAppPool']).toMatchObject({state: 'Started'});
  expect(lab.machine().services['MSExchangeHM']).toMatchObject({startType: 'auto'});
  expect((await statuses(lab)).words).toMatchObject({M1: 'Active', M2: 'Active', 'ORG-ECP': 'Suspended'});
  const back = await reconciled(lab);
  expect(back.words).toMatchObject({'ORG-ECP': 'suspended: apply again', M1: 'in place: nothing'});
  await lab.applied(back.plan);
  expect((await statuses(lab)).words).toMatchObject({'ORG-ECP': 'Active'});
  expect(lab.machine().pools).toEqual(applied.pools);
  expect(await lab.tree()).toEqual(tree);
});

test('a reconciling plan is stale once something else was done', async () => {
  const lab = await threeApplied();
  cumulativeUpdate(lab.dir, new Date(), {build: cu14, dropLocations: false});
  const {plan} = await reconciled(lab);
  await lab.rollBack({target: 'ORG-ECP'});
  await expect(lab.apply(plan)).rejects.toMatchObject({
    code: expect.stringMatching(/^PLAN\.(STALE|ALTERED)$/),
    next: [{command: 'stopgap reconcile -o FILE'}],
  });
});

describe('three rules of others on a server that has the fix', () => {
  warnWithoutRealFiles();

  test.skipIf(!haveRealFiles)('are named, adopted, removed, and brought back byte for byte', async () => {
    const lab = await makeLab(join(realFiles, 'exchange2019'), {build: '15.2.1118.21'});
    const config = 'C:\\inetpub\\wwwroot\\web.config';
    const original = await readFile(join(realFiles, 'configs/wwwroot.with-EEMS-M1.1.config'));
    await lab.write(config, original);

    const before = await reconciled(lab);
    const leftovers = before.rows.filter(({status}) => status === 'leftover');
    expect(leftovers.map(({what}) => /"(.*)"/.exec(what)?.[1])).toEqual([
      'EEMS M1.1 PowerShell - inbound',
      'RequestBlockingRule1',
      'PowerShell - inbound',
    ]);
    expect(leftovers.every(({proposal}) => proposal === 'adopt, then remove')).toBe(true);

    const {result} = await adopted(lab);
    expect(result.exitCode).toBe(0);
    expect(await lab.read(config)).toBe(original.toString('utf8'));

    const after = await reconciled(lab);
    expect(after.words).toMatchObject({M1: 'obsolete: remove'});
    const removal = await lab.applied(after.plan);
    expect(await lab.read(config)).not.toContain('<rule ');
    expect((await reconciled(lab)).rows.filter(({status}) => status === 'leftover')).toEqual([]);

    const back = await lab.rollBack({target: removal.runId});
    expect(back.result).toMatchObject({outcome: 'done', exitCode: 0});
    expect(await lab.read(config)).toBe(original.toString('utf8'));
    expect((await statuses(lab)).words).toMatchObject({M1: 'Obsolete'});
    expect((await reconciled(lab)).words).toMatchObject({M1: 'obsolete: remove'});
  });
});

/** What ExchangeMitigations.ps1 -ApplyECPAppPoolMitigation does. */
const poolOffByHand = async ({server}: Lab): Promise<void> => {
  const lines = [
    ...['MSExchangeHMRecovery', 'MSExchangeHM'].flatMap((name) => [
      sc('config', name, 'start=', 'disabled'),
      sc('stop', name),
    ]),
    appcmd('set', 'apppool', 'MSExchangeECPAppPool', '/autoStart:false'),
    appcmd('stop', 'apppool', 'MSExchangeECPAppPool'),
  ];
  for (const line of lines) await server.commands.run(line, {timeoutMs: 60_000});
  await server.clock.sleep(60_000);
};

describe('services and pools that a script left off', () => {
  test('are named, adopted with the monitoring, and on again once the build has the fix', async () => {
    const lab = await makeLab(fixture('exchange2019-cu8'), {build: '15.2.792.10'});
    const before = lab.machine();
    await poolOffByHand(lab);
    const found = await reconciled(lab);
    expect(found.words).toEqual({'application pool MSExchangeECPAppPool': 'leftover: adopt, then remove'});
    expect(found.rows[0]?.why).toContain('as CVE-2021-27065 wants it and ExchangeMitigations.ps1 leaves it');

    const {plan} = await adopted(lab);
    expect(plan.body.steps.map(({id}) => id)).toEqual([
      'service/MSExchangeHMRecovery/off',
      'service/MSExchangeHM/off',
      'app-pool/MSExchangeECPAppPool/off',
    ]);
    expect(plan.body.findings.map(({code}) => code)).toEqual(['ADOPT.ASSUMED_BEFORE']);
    const after = await reconciled(lab);
    expect(after.words).toEqual({'CVE-2021-27065': 'obsolete: remove'});
    await lab.applied(after.plan);
    expect(lab.machine().services).toEqual(before.services);
    expect(lab.machine().pools).toEqual(before.pools);
    expect((await reconciled(lab)).rows).toEqual([]);
  });

  test("are nobody else's where a mitigation of ours keeps them off", async () => {
    const lab = await threeApplied();
    expect((await reconciled(lab)).rows.filter(({status}) => status === 'leftover')).toEqual([]);
    await expect(adopted(lab)).rejects.toMatchObject({code: 'ADOPT.NOTHING_FOUND'});
  });
});

describe('a rule that nobody knows', () => {
  const unknown =
    '<rule name="Block evil"><match url="evil" /><action type="CustomResponse" statusCode="403" statusReason="No" statusDescription="No" /></rule>';
  const withUnknown = async (): Promise<Lab> => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const config = 'C:\\inetpub\\wwwroot\\web.config';
    const text = await lab.read(config);
    const rewrite = `<rewrite><rules>${unknown}</rules></rewrite>`;
    await lab.write(config, text.replace('</system.webServer>', `${rewrite}</system.webServer>`));
    return lab;
  };

  test("is taken over under an id of the person's own, and is a mitigation like every other one then", async () => {
    const lab = await withUnknown();
    const tree = await lab.tree();
    const [row] = (await reconciled(lab)).rows;
    expect(row).toMatchObject({status: 'unknown', what: expect.stringContaining('"Block evil"')});

    await adopted(lab, {rule: 'block evil', as: 'ORG-7'});
    expect(await lab.tree()).toEqual(tree);
    expect((await reconciled(lab)).words).toEqual({'ORG-7': 'in place: nothing'});
    expect((await statuses(lab)).words).toMatchObject({'ORG-7': 'Applied'});

    const {result} = await lab.rollBack({target: 'ORG-7'});
    expect(result).toMatchObject({outcome: 'done'});
    expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).not.toContain('Block evil');
  });

  const inRoot = 'C:\\inetpub\\wwwroot\\web.config';
  const inOwa = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\web.config';

  test.each([
    [inRoot, 'owa', /<location path="owa">.*"Block evil"/s],
    [inRoot, '/OWA/Calendar/', /<location path="owa\/Calendar">.*"Block evil"/is],
    [inOwa, 'Calendar', /<location path="Calendar">.*"Block evil"/s],
    [inRoot, '.', /<\/location>.*"Block evil"/s],
  ])('in %s under <location path="%s"> goes, and its undo puts it there again', async (config, location, again) => {
    const lab = await makeLab(fixture('exchange2019-cu12'));
    const before = await lab.read(config);
    const rewrite = `<system.webServer><rewrite><rules>${unknown}</rules></rewrite></system.webServer>`;
    const added = `  <location path="${location}">${rewrite}</location>\r\n`;
    const text = before.replace('</configuration>', `${added}</configuration>`);
    await lab.write(config, text);
    await adopted(lab, {rule: 'block evil', as: 'ORG-7'});

    const {plan, result} = await lab.rollBack({target: 'ORG-7'});
    expect(result).toMatchObject({outcome: 'done'});
    expect(await lab.read(config)).toBe(before);
    const [undo] = plan.body.steps.flatMap((step) => step.undo);
    if (undo?.do !== 'run') throw new TypeError('nothing takes the step back');
    expect(await lab.server.commands.run(undo.command, {timeoutMs: 60_000})).toMatchObject({exitCode: 0});
    expect(await lab.read(config)).toMatch(again);
  });

  test('gets no id that another mitigation has', async () => {
    const lab = await withUnknown();
    await expect(adopted(lab, {rule: 'Block evil', as: 'm1'})).rejects.toMatchObject({code: 'ADOPT.ID_TAKEN'});
    await expect(adopted(lab, {rule: 'Block good', as: 'ORG-7'})).rejects.toMatchObject({code: 'ADOPT.NOTHING_FOUND'});
  });
});
