import {describe, expect, test} from 'vitest';
import {verifyFeed} from '../../../src/trust/verify-feed.ts';
import {testNow} from '../../support/certificates.ts';
import {cpuTime} from '../../support/cpu-time.ts';
import {codeOf, forge, trialProfile} from '../../support/forge-feed.ts';

/* Each of these keeps an unguarded verifier busy for seconds to hours, before any signature is checked. */

const filled = (content: string): string => forge().replace('<Signature ', `${content}<Signature `);
const inSignature = (content: string): string => forge().replace('</KeyInfo>', `${content}</KeyInfo>`);

const hostile: readonly (readonly [name: string, text: () => string, code: string])[] = [
  ['5 MiB and one byte', () => 'x'.repeat(5 * 1024 * 1024 + 1), 'TRUST.TOO_LARGE'],
  [
    '5 MiB of text in one value',
    () => filled(`<Config>${'x'.repeat(5 * 1024 * 1024 - 9000)}</Config>`),
    'TRUST.SIGNATURE_DIGEST',
  ],
  ['100,000 elements', () => filled('<a/>'.repeat(100_000)), 'TRUST.LIMIT'],
  [
    '50,000 references',
    () => forge().replace('</SignedInfo>', `${'<Reference URI=""></Reference>'.repeat(50_000)}</SignedInfo>`),
    'TRUST.LIMIT',
  ],
  [
    '900 references',
    () => forge().replace('</SignedInfo>', `${'<Reference URI=""></Reference>'.repeat(900)}</SignedInfo>`),
    'TRUST.REFERENCE',
  ],
  ['depth 20,000', () => filled('<a>'.repeat(20_000) + '</a>'.repeat(20_000)), 'TRUST.LIMIT'],
  ['depth 20,000 in KeyInfo', () => inSignature('<a>'.repeat(20_000) + '</a>'.repeat(20_000)), 'TRUST.LIMIT'],
  ['300,000 CDATA sections', () => filled(`<a>${'<![CDATA[x]]>'.repeat(300_000)}</a>`), 'TRUST.LIMIT'],
  ['50,000 comments in KeyInfo', () => inSignature('<!---->'.repeat(50_000)), 'TRUST.LIMIT'],
  [
    '10,000 attributes of one element',
    () => filled(`<a ${Array.from({length: 10_000}, (_, i) => `a${i}=""`).join(' ')}/>`),
    'TRUST.LIMIT',
  ],
  [
    '10,000 namespaces',
    () => filled(`<a ${Array.from({length: 10_000}, (_, i) => `xmlns:a${i}="u"`).join(' ')}/>`),
    'TRUST.LIMIT',
  ],
  ['600,000 comments that are never closed', () => filled('<!-'.repeat(600_000)), 'TRUST.DTD'],
  ['1,000,000 comments that are opened and never closed', () => filled('<!--'.repeat(1_000_000)), 'TRUST.DTD'],
  ['1,000,000 ampersands', () => filled('&'.repeat(1_000_000)), 'TRUST.ENTITY'],
  ['49,000 elements side by side that are not signed', () => filled('<a/>'.repeat(49_000)), 'TRUST.SIGNATURE_DIGEST'],
  [
    '49,000 elements with a namespace each',
    () => filled(Array.from({length: 49_000}, (_, i) => `<a xmlns:n${i}="u"/>`).join('')),
    'TRUST.LIMIT',
  ],
  [
    '49,000 elements in SignedInfo',
    () => forge().replace('</SignedInfo>', `${'<a/>'.repeat(49_000)}</SignedInfo>`),
    'TRUST.SIGNATURE_SHAPE',
  ],
  [
    '49,000 certificates',
    () => forge().replace('</X509Data>', `${'<X509Certificate>AAAA</X509Certificate>'.repeat(49_000)}</X509Data>`),
    'TRUST.LIMIT',
  ],
  [
    '45,000 elements in groups that are not signed',
    () => filled(`<g>${'<a/>'.repeat(900)}</g>`.repeat(50)),
    'TRUST.SIGNATURE_DIGEST',
  ],
  [
    '5 MiB of all of them at once: 100,000 elements, 50,000 references, depth 20,000',
    () => {
      const content = filled('<a/>'.repeat(100_000) + '<a>'.repeat(20_000) + '</a>'.repeat(20_000));
      const all = content.replace('</SignedInfo>', `${'<Reference URI=""></Reference>'.repeat(50_000)}</SignedInfo>`);
      return all.replace('<Config', `<!--${' '.repeat(5 * 1024 * 1024 - all.length - 7)}--><Config`);
    },
    'TRUST.LIMIT',
  ],
  [
    '49,000 elements in Signature',
    () => forge().replace('</Signature>', `${'<a/>'.repeat(49_000)}</Signature>`),
    'TRUST.SIGNATURE_SHAPE',
  ],
];

describe('resources: every one keeps an unguarded verifier busy', () => {
  test.each(hostile)('%s: refused within three seconds of work, by a limit within one', (_name, make, code) => {
    expect(codeOf(forge())).toBe('TRUST.VERIFIED');
    const bytes = Buffer.from(make());
    let answer = '';
    const spent = cpuTime(() => {
      answer = verifyFeed(bytes, {now: testNow, profiles: [trialProfile]}).code;
    });
    expect(answer).toBe(code);
    expect(spent).toBeLessThan(code === 'TRUST.LIMIT' ? 1000 : 3000);
  });
});
