import {expect, test} from 'vitest';
import type {Standing} from '../../src/operations/agent/standing.ts';
import {blockMeaning} from '../../src/operations/settings/block-meaning.ts';

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
