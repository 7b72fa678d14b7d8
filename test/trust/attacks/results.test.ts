import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {codeOf, forge} from '../../support/forge-feed.ts';
import {hostile} from './attack.ts';

describe('references that count as signed although the check failed, as in xml-crypto 6.1', () => {
  test('xml-crypto is at least 6.3.2', () => {
    const {version} = JSON.parse(readFileSync('node_modules/xml-crypto/package.json', 'utf8'));
    expect('6.3.2'.localeCompare(version, 'en', {numeric: true})).toBeLessThanOrEqual(0);
  });

  test('a document is judged alone: none before it makes it better or worse', () => {
    const genuine = forge();
    const codes = [
      genuine,
      genuine.replace('<Signature ', `${hostile}<Signature `),
      genuine.replace('DoNothing', 'DoNothinG'),
      genuine,
      genuine.replace(/<SignatureValue>..../, '<SignatureValue>AAAA'),
      genuine,
    ].map((text) => codeOf(text));
    expect(codes).toEqual([
      'TRUST.VERIFIED',
      'TRUST.SIGNATURE_DIGEST',
      'TRUST.SIGNATURE_DIGEST',
      'TRUST.VERIFIED',
      'TRUST.SIGNATURE_VALUE',
      'TRUST.VERIFIED',
    ]);
  });
});
