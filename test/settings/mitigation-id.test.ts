import {describe, expect, test} from 'vitest';
import {means, normalId} from '../../src/operations/settings/mitigation-id.ts';

const named = (id: string, ...actions: readonly string[]) => ({id, actions: actions.map((one) => ({id: one}))});

describe('an entry of MitigationsBlocked', () => {
  test.each([
    ['M1', named('M1', 'M1.1'), true],
    ['M1.1', named('M1', 'M1.1'), true],
    ['m01', named('M1', 'M1.1'), true],
    ['M01.1', named('M1', 'M1.1'), true],
    ['M01.01', named('M1', 'M1.1'), true],
    ['M1.2', named('M1', 'M1.1'), false],
    ['M1', named('M10', 'M10.1'), false],
    ['M10', named('M1', 'M1.1'), false],
    ['M1.1', named('M1', 'M1.10'), false],
    ['M2', named('M2', 'M2.1'), true],
    ['M2.1', named('M2', 'M2.1'), true],
    // As the EM service tells it, with the version behind.
    ['M2.1.0', named('M2', 'M2.1'), true],
    ['M2.2.0', named('M2', 'M2.1'), false],
    ['M2', named('M2.1.0'), true],
    ['M2.1', named('M2.1.0'), true],
    ['CVE-2021-26855', named('CVE-2021-26855', 'CVE-2021-26855.1'), true],
    ['CVE-2021-26855', named('CVE-2021-26857'), false],
  ])('%s and %o: %s', (entry, mitigation, expected) => {
    expect(means(entry, mitigation)).toBe(expected);
  });
});

test.each([
  ['M01.1', 'M1.1'],
  ['m1', 'M1'],
  ['M10', 'M10'],
  ['M00', 'M0'],
  ['PING1', 'PING1'],
  ['CVE-2021-00855', 'CVE-2021-00855'],
])('%s is %s', (written, normal) => {
  expect(normalId(written)).toBe(normal);
});
