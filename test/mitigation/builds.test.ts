import {describe, expect, test} from 'vitest';
import {compareBuilds, formatBuild, parseBuild, productOf} from '../../src/mitigation/builds.ts';

test('the padded file version of ExSetup.exe is the same build as the plain one', () => {
  expect(parseBuild('15.02.1118.020')).toEqual(parseBuild('15.2.1118.20'));
  expect(formatBuild([15, 2, 1118, 20])).toBe('15.2.1118.20');
});

test.each([
  '',
  '15.2.1118',
  '15.2.1118.7.1',
  'Version 15.2 (Build 1118.7)',
  '15.2.x.7',
  '-15.2.1.1',
  '15.2.1118.7 beta',
])('%j is no build', (text) => {
  expect(parseBuild(text)).toBeUndefined();
});

test('numbers are compared as numbers', () => {
  expect(compareBuilds([15, 2, 986, 36], [15, 2, 1118, 15])).toBeLessThan(0);
  expect(compareBuilds([15, 2, 1118, 20], [15, 2, 1118, 7])).toBeGreaterThan(0);
  expect(compareBuilds([15, 2, 1118, 20], [15, 2, 1118, 20])).toBe(0);
});

describe('the product', () => {
  test.each([
    ['15.0.1497.44', 'Exchange2013'],
    ['15.1.2507.6', 'Exchange2016'],
    ['15.2.2561.99', 'Exchange2019'],
    ['15.2.2562.0', 'ExchangeSE'],
    ['14.3.123.4', undefined],
    ['16.0.0.1', undefined],
    ['15.3.1.1', undefined],
  ])('of %s is %s', (text, product) => {
    const build = parseBuild(text);
    expect(build && productOf(build)).toBe(product);
  });
});
