import {expect, test} from 'vitest';
import type {Standing} from '../../src/operations/agent/standing.ts';
import {blockMeaning, rollbackMeaning, unblockMeaning} from '../../src/operations/settings/block-meaning.ts';
import {effectiveSettings} from '../../src/operations/settings/effective.ts';
import {parseServerSettings} from '../../src/operations/settings/read-settings.ts';

const standing = (status: Standing['status']): Standing => ({
  id: 'M1',
  description: '',
  actions: [{id: 'M1.1'}],
  origin: 'feed',
  status,
  changed: false,
  reason: '',
  known: undefined,
});

test.each<[Standing['status'], string]>([
  ['Active', 'stays on the server, because blocking does not remove'],
  ['Obsolete', 'stays on the server, because blocking does not remove'],
  ['Broken', 'stays on the server, because blocking does not remove'],
  ['Foreign', 'stays on the server: somebody else put it there'],
  ['Missing', 'is not on the server and will not be applied'],
  ['Not applied', 'is not on the server and will not be applied'],
])('a block of one that is %s says that it %s', (status, sentence) => {
  expect(blockMeaning('M1', [standing(status)])[0]).toContain(sentence);
});

const settingsOf = (yaml: string) =>
  effectiveSettings({server: parseServerSettings('settings.yaml', yaml), organization: {}, source: {is: 'none'}});

test.each([
  ['auto', true, 'M1 comes back at the next check, within the hour; at once by: stopgap agent check'],
  ['auto', false, 'M1 comes back when an agent runs; at once by: stopgap agent check'],
  ['window', true, 'M1 comes back in a change window, once its plan is approved'],
  ['window', false, 'M1 comes back in a change window, once its plan is approved, when an agent runs'],
])('an unblock in mode %s, an agent alive: %s, says that %s', (mode, alive, sentence) => {
  const settings = settingsOf(`agent: {mode: ${mode}}\n`);
  expect(unblockMeaning('M1', [standing('Not applied')], {settings, alive})).toEqual([sentence]);
});

test.each([
  ['agent: {mode: auto}', true, ['the agent puts M1 back at its next check']],
  ['agent: {mode: auto}', false, ['the agent puts M1 back when it runs']],
  ['agent: {mode: window}', true, ['the agent puts M1 back in a change window, once its plan is approved']],
  ['agent: {mode: observe, modes: {M1: auto}}', true, ['the agent puts M1 back at its next check']],
  ['agent: {mode: auto, modes: {M1: observe}}', true, []],
  ['agent: {mode: auto}\nmitigationsBlocked: [M1]', true, []],
  ['agent: {mode: auto}\nmitigationsEnabled: false', true, []],
])('after a rollback with %j, an agent alive: %s, what comes back is %j', (yaml, alive, sentences) => {
  const told = rollbackMeaning(['M1'], [standing('Not applied')], {settings: settingsOf(`${yaml}\n`), alive});
  expect(told.map(([, sentence]) => sentence)).toEqual(sentences);
});

test('what no feed brings any more does not come back after a rollback', () => {
  const prospect = {settings: settingsOf('agent: {mode: auto}\n'), alive: true};
  expect(rollbackMeaning(['M1'], [{...standing('Not applied'), origin: 'books'}], prospect)).toEqual([]);
});
