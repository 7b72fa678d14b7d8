import {describe, expect, test} from 'vitest';
import {readProbeAnswers} from '../../src/operations/learn/answers.ts';
import {learn} from '../../src/operations/learn/learn.ts';
import {rememberLearnt} from '../../src/operations/learn/remember.ts';
import {rememberedCapabilities} from '../../src/rehearsal/capabilities.ts';
import type {SimulatedBehaviour} from '../../src/server/server-json.ts';
import {fixture, makeLab} from '../support/lab.ts';
import {runProbe} from './probe-run.ts';

/* The script's table of commands on simulated servers of different behaviour: what is learnt is how each was told to behave. */

const behaviours: readonly SimulatedBehaviour[] = (['remove', 'leave'] as const).flatMap((emptyParents) =>
  [true, false].flatMap((flag) => ({
    emptyParents,
    listMissing: flag ? (1168 as const) : (1 as const),
    percentEscapes: flag,
    reserialise: !flag,
    editsSeeEarlierAdds: flag,
  })),
);

test.each(behaviours)('a server with %o is known by its answers', async (behaviour) => {
  const learnt = learn(readProbeAnswers('probe.json', await runProbe(behaviour)));
  expect(learnt.behaviour).toEqual(behaviour);
  expect(learnt.capabilities).toMatchObject({
    emptyParents: behaviour.emptyParents,
    percentEscapes: behaviour.percentEscapes,
    editsSeeEarlierAdds: behaviour.editsSeeEarlierAdds,
  });
});

test('without URL Rewrite nothing is concluded from rules', async () => {
  const {capabilities, behaviour} = learn(readProbeAnswers('probe.json', await runProbe({}, 'plain-iis')));
  expect(capabilities).toEqual({editsSeeEarlierAdds: null, atStart: null, percentEscapes: null, emptyParents: null});
  expect(behaviour).toEqual({listMissing: 1});
});

test('each of the eleven questions has a line for a person', async () => {
  const {answers} = learn(readProbeAnswers('probe.json', await runProbe({})));
  expect(answers.map(({question}) => question)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(answers.filter(({says}) => says.includes('not asked'))).toEqual([]);
});

describe('what the answers leave open', () => {
  test('stays as a rehearsal has found it', async () => {
    const lab = await makeLab(fixture('plain-iis'));
    const probe = JSON.parse(await runProbe({emptyParents: 'leave', editsSeeEarlierAdds: false}));
    const all = readProbeAnswers('probe.json', JSON.stringify(probe));
    await rememberLearnt(lab.stateDir, learn(all));
    await rememberLearnt(lab.stateDir, learn({...all, steps: []}));
    expect(await rememberedCapabilities(lab.stateDir, 'appcmd 10.0.17763.1')).toMatchObject({
      emptyParents: 'leave',
      editsSeeEarlierAdds: false,
    });
  });
});

test.each([
  ['no JSON', '{'],
  ['another file', '{"formatVersion": 1}'],
  ['an exit code that is none', JSON.stringify({formatVersion: 1, steps: [{exitCode: -1}]})],
])('%s is refused', (_, text) => {
  expect(() => readProbeAnswers('probe.json', text)).toThrow(/is not what docs\/probe.ps1 writes/);
});
