import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {editConfigFile} from '../../src/iis/config-file.ts';
import {loadSources} from '../../src/operations/load-sources.ts';
import {type Rehearsed, type RehearseRequest, rehearsePlan} from '../../src/operations/rehearse.ts';
import {rememberedCapabilities} from '../../src/rehearsal/capabilities.ts';
import {openSandboxForRehearsal} from '../../src/server/sandbox/rehearsal.ts';
import type {SimulatedBehaviour} from '../../src/server/server-json.ts';
import {fixture, haveRealFiles, type Lab, makeLab, realFiles, warnWithoutRealFiles} from '../support/lab.ts';

const usual: SimulatedBehaviour = {
  emptyParents: 'remove',
  listMissing: 1,
  percentEscapes: false,
  reserialise: false,
  editsSeeEarlierAdds: true,
};

const siteConfig = 'C:\\inetpub\\wwwroot\\web.config';

const labWith = async (
  behaviour: Partial<SimulatedBehaviour> = {},
  from = fixture('exchange2019-cu12'),
): Promise<Lab> => {
  const lab = await makeLab(from, {
    describe: (description) => ({...description, behaviour: {...usual, ...behaviour}}),
  });
  // Quotes that a writer which copies nodes would not keep.
  const text = await lab.read(siteConfig);
  await lab.write(siteConfig, text.replace(/<(\w[\w.]*) (\w+)="([^"]*)"/, "<$1 $2='$3'"));
  return lab;
};

const rehearsed = async (lab: Lab, ids: readonly string[], more: Partial<RehearseRequest> = {}): Promise<Rehearsed> => {
  const server = await openSandboxForRehearsal(lab.dir, {inProcess: true});
  const now = lab.server.clock.now();
  const context = {stateDir: lab.stateDir, cwd: lab.dir, now, profiles: [], env: {}};
  return rehearsePlan(server, {
    sources: await loadSources(ids, context),
    options: {place: undefined, accept: []},
    stateDir: lab.stateDir,
    now,
    ...more,
  });
};

const verdicts = ({report}: Rehearsed): readonly string[] => [
  ...report.steps.map(({verdict}) => verdict),
  `undo ${report.undo.verdict}`,
];

test('a rule comes out byte for byte as predicted, and so does the way back', async () => {
  const lab = await labWith();
  const before = await lab.tree();
  const done = await rehearsed(lab, ['M1', 'M2']);
  expect(verdicts(done)).toEqual(['exact', 'exact', 'undo exact']);
  expect(done.report.form).toBe('together');
  expect(done.plan.body.options).toEqual({place: null});
  expect(done.report.files).toEqual(done.plan.body.predicted);
  expect(await lab.tree()).toEqual(before);
  expect(existsSync(join(lab.dir, 'Z'))).toBe(false);
});

test('every file that could have been touched is proven to be what it was', async () => {
  const lab = await labWith();
  const {report} = await rehearsed(lab, ['M1']);
  expect(report.untouched).toContain('C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config');
  expect(report.untouched.map((path) => path.toLowerCase())).toContain('c:\\inetpub\\wwwroot\\web.config');
});

test('what was found out of this appcmd is remembered under its version', async () => {
  const lab = await labWith();
  expect((await rehearsed(lab, ['M1'])).capabilities).toEqual({
    editsSeeEarlierAdds: true,
    atStart: true,
    percentEscapes: false,
    emptyParents: null,
  });
  const server = await openSandboxForRehearsal(lab.dir);
  const version = await server.appcmdVersion();
  expect(await rememberedCapabilities(lab.stateDir, version)).toMatchObject({editsSeeEarlierAdds: true});
  expect(await rememberedCapabilities(lab.stateDir, `${version} of another`)).toMatchObject({
    editsSeeEarlierAdds: null,
  });
});

test('where several edits in one command fail, the stepwise form is rehearsed and the plan says so', async () => {
  const lab = await labWith({editsSeeEarlierAdds: false});
  const done = await rehearsed(lab, ['M1', 'M2']);
  expect(done.failed?.steps.map(({verdict}) => verdict)).toEqual(['failed']);
  expect(verdicts(done)).toEqual(['exact', 'exact', 'undo exact']);
  expect(done.plan.body.options).toEqual({place: null, commands: 'stepwise'});
  const [step] = done.plan.body.steps;
  const lines = step?.commands.flatMap((command) => (command.do === 'run' ? [command.command.args.at(-1)] : [])) ?? [];
  expect(lines.length).toBeGreaterThan(2);
  expect(lines[0]).toContain("enabled='false'");
  expect(lines.at(-1)).toMatch(/\.enabled:true$/);
  await lab.applied(done.plan);
  await lab.rollBack();
});

const switches: readonly SimulatedBehaviour[] = (['remove', 'leave'] as const).flatMap((emptyParents) =>
  ([1, 1168] as const).flatMap((listMissing) =>
    [false, true].flatMap((percentEscapes) =>
      [false, true].flatMap((reserialise) =>
        [true, false].map((editsSeeEarlierAdds) => ({
          emptyParents,
          listMissing,
          percentEscapes,
          reserialise,
          editsSeeEarlierAdds,
        })),
      ),
    ),
  ),
);

describe('whatever is not known of the real appcmd', () => {
  test.each(switches.map((behaviour) => [JSON.stringify(behaviour), behaviour] as const))(
    'the rehearsal passes, in bytes or in meaning: %s',
    async (_, behaviour) => {
      const lab = await labWith(behaviour);
      const before = await lab.tree();
      const done = await rehearsed(lab, ['M1', 'M2']);
      // The site's file holds a tag that the other writer writes anew; that of the second step holds none.
      expect(done.report.steps.map(({verdict}) => verdict)).toEqual([
        behaviour.reserialise ? 'same meaning' : 'exact',
        behaviour.reserialise ? 'same meaning' : 'exact',
      ]);
      expect(['exact', 'same meaning']).toContain(done.report.undo.verdict);
      expect(done.report.form).toBe(behaviour.editsSeeEarlierAdds ? 'together' : 'stepwise');
      expect(await lab.tree()).toEqual(before);
    },
  );
});

test('the diff of a writer that formats otherwise is the real one', async () => {
  const {report, plan} = await rehearsed(await labWith({reserialise: true}), ['M1']);
  expect(report.files.map(({file}) => file)).toEqual(plan.body.predicted.map(({file}) => file));
  expect(report.files[0]?.diff).not.toBe(plan.body.predicted[0]?.diff);
  expect(report.files[0]?.diff).not.toContain('stopgap-');
});

describe('a wrong prediction refuses the plan', () => {
  test.each([
    ['another pattern', 'autodiscover)', 'autodiscovery)'],
    ['a rule that lets others run', 'stopProcessing="true">', 'stopProcessing="false">'],
    ['a condition less', '<add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" />', ''],
  ])('%s', async (_, from, to) => {
    const predicted: RehearseRequest['predicted'] = (file) => {
      const at = file.document.text.indexOf(from);
      return at === -1 ? file : editConfigFile(file, [{at, remove: from.length, insert: to}]);
    };
    const lab = await labWith();
    await expect(rehearsed(lab, ['M1'], {predicted})).rejects.toMatchObject({code: 'REHEARSAL.DIFFERENT', exitCode: 3});
    expect(existsSync(join(lab.dir, 'Z'))).toBe(false);
  });

  test('another form alone does not', async () => {
    const predicted: RehearseRequest['predicted'] = (file) => {
      const at = file.document.text.indexOf(' />', file.document.text.indexOf('<action type="AbortRequest"'));
      return at === -1 ? file : editConfigFile(file, [{at, remove: 3, insert: '/>'}]);
    };
    expect(verdicts(await rehearsed(await labWith(), ['M1'], {predicted}))).toEqual(['same meaning', 'undo exact']);
  });
});

test('services and pools are not touched: of a pool only its autoStart is tried', async () => {
  const lab = await makeLab(fixture('exchange2016-cu19'), {build: '15.1.2176.2'});
  const before = lab.machine();
  const done = await rehearsed(lab, ['CVE-2021-26857', 'CVE-2021-26858']);
  expect(done.report.steps.map(({step}) => step).every((step) => step.startsWith('app-pool/'))).toBe(true);
  expect(done.report.steps.every(({verdict}) => verdict === 'exact')).toBe(true);
  expect(['exact', 'same meaning']).toContain(done.report.undo.verdict);
  expect(lab.machine()).toEqual(before);
});

warnWithoutRealFiles();
test.skipIf(!haveRealFiles)('on the configuration of a real Exchange 2019 server: exact', async () => {
  const done = await rehearsed(await labWith({}, join(realFiles, 'exchange2019')), ['M1'], {
    options: {place: undefined, accept: []},
  });
  expect(verdicts(done).every((verdict) => verdict.endsWith('exact'))).toBe(true);
});
