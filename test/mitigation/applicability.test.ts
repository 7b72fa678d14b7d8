import {describe, expect, test} from 'vitest';
import {applicabilityOf} from '../../src/mitigation/applicability.ts';
import type {BuildLane} from '../../src/mitigation/model.ts';
import {readPlan, refusalOf} from './support.ts';

const statuses = (file: string, cases: readonly (readonly [build: string, status: string])[]): void => {
  const mitigation = readPlan(file);
  for (const [build, status] of cases)
    expect(applicabilityOf(mitigation, build).status, `${file} ${build}`).toBe(status);
};

describe('M1', () => {
  test('a fixed build of an older lane is fixed, though it is lower than an affected one of a newer lane', () => {
    statuses('M1.yaml', [
      ['15.2.986.36', 'fixed'],
      ['15.2.1118.15', 'affected'],
    ]);
  });

  test('begins with the first build of the lane and ends with the build that has the fix', () => {
    statuses('M1.yaml', [
      ['15.2.1118.7', 'affected'],
      ['15.02.1118.019', 'affected'],
      ['15.02.1118.020', 'fixed'],
      ['15.2.1118.40', 'fixed'],
    ]);
  });

  test('a lane that never got a fix stays affected, a newer one was born with it', () => {
    statuses('M1.yaml', [
      ['15.2.922.27', 'affected'],
      ['15.2.221.12', 'affected'],
      ['15.1.2308.27', 'affected'],
      ['15.2.1258.12', 'fixed'],
      ['15.2.1748.10', 'fixed'],
    ]);
  });

  test('a product that is not listed does not need it', () => {
    statuses('M1.yaml', [
      ['15.2.2562.17', 'not-applicable'],
      ['14.3.123.4', 'not-applicable'],
    ]);
  });
});

describe('M2', () => {
  test('is kept between the June and the July 2026 update of every lane', () => {
    statuses('M2.yaml', [
      ['15.2.2562.41', 'affected'],
      ['15.2.2562.43', 'fixed-keep'],
      ['15.2.2562.44', 'fixed-keep'],
      ['15.2.2562.45', 'fixed'],
      ['15.2.1748.46', 'fixed-keep'],
      ['15.2.1748.48', 'fixed'],
      ['15.2.1544.41', 'fixed-keep'],
      ['15.2.1544.43', 'fixed'],
      ['15.1.2507.68', 'affected'],
      ['15.1.2507.69', 'fixed-keep'],
      ['15.1.2507.71', 'fixed'],
      ['15.2.1118.40', 'affected'],
      ['15.0.1497.48', 'not-applicable'],
    ]);
  });

  test('says why it is to be kept, and until which build', () => {
    const {reason, lane} = applicabilityOf(readPlan('M2.yaml'), '15.2.2562.43');
    expect(reason).toContain('vendor says keep the mitigation until 15.2.2562.45');
    expect(lane?.cu).toBe('RTM');
  });
});

test('the cookies of March 2021 are fixed by the update of each lane, and from birth in 2016 CU20 and 2019 CU9', () => {
  statuses('CVE-2021-26855.yaml', [
    ['15.2.792.3', 'affected'],
    ['15.2.792.10', 'fixed'],
    ['15.2.858.5', 'fixed'],
    ['15.1.2176.2', 'affected'],
    ['15.1.2176.9', 'fixed'],
    ['15.1.2242.4', 'fixed'],
    ['15.1.1261.39', 'affected'],
    ['15.0.1497.10', 'affected'],
    ['15.0.1497.12', 'fixed'],
  ]);
});

test('Unified Messaging is no matter of Exchange 2019', () => {
  statuses('CVE-2021-26857.yaml', [
    ['15.1.2176.2', 'affected'],
    ['15.2.792.3', 'not-applicable'],
  ]);
});

test('a mitigation without lanes is for every build', () => {
  statuses('PING1.yaml', [
    ['15.0.516.32', 'affected'],
    ['15.2.2562.53', 'affected'],
  ]);
});

test('a build older than the first affected one of its lane does not need it', () => {
  const lane: BuildLane = {
    product: 'ExchangeSE',
    cu: 'RTM',
    from: '15.2.2562.35',
    fixedIn: undefined,
    removableFrom: undefined,
  };
  const mitigation = {...readPlan('PING1.yaml'), appliesTo: [lane]};
  expect(applicabilityOf(mitigation, '15.2.2562.29').status).toBe('not-applicable');
  expect(applicabilityOf(mitigation, '15.2.2562.53').status).toBe('affected');
});

test('what is no build is refused', () => {
  expect(refusalOf(() => applicabilityOf(readPlan('M1.yaml'), 'unknown')).code).toBe('BUILD.UNREADABLE');
});
