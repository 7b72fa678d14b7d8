import {expect, test} from 'vitest';
import {whyNotKeepCrl, whyNotKeepOcsp} from '../../src/trust/revocation-keeping.ts';
import {authority, day, signer, testNow} from '../support/certificates.ts';
import {crlNumber, makeCrl} from '../support/crls.ts';
import {makeOcspResponse} from '../support/ocsp.ts';

const root = authority('Root');
const ca = authority('CA', {issuer: root, serial: '11'});
const leaf = signer('Leaf', {issuer: ca, serial: '22'});
const stranger = authority('CA');
const authorities = [root.der, ca.der];
const daysAgo = (days: number): Date => new Date(testNow.getTime() - days * day);
const list = (number: number, days: number) =>
  makeCrl(ca, {extensions: [crlNumber(number)], thisUpdate: daysAgo(days)});

test('a newer list of an authority takes the place of the kept one, and the first one takes it at once', () => {
  expect(whyNotKeepCrl(list(5, 1), list(4, 3), authorities)).toBeUndefined();
  expect(whyNotKeepCrl(list(5, 1), undefined, authorities)).toBeUndefined();
  expect(whyNotKeepCrl(list(5, 1), Buffer.from('rubbish'), authorities)).toBeUndefined();
});

test('a list with a lower number does not, though it is signed and in force: its number never goes back', () => {
  expect(whyNotKeepCrl(list(4, 3), list(5, 1), authorities)).toContain('older than the one that is kept');
  expect(whyNotKeepCrl(list(4, 1), list(5, 3), authorities)).toContain('older than the one that is kept');
});

test('without numbers the later date counts', () => {
  const [old, young] = [makeCrl(ca, {thisUpdate: daysAgo(3)}), makeCrl(ca, {thisUpdate: daysAgo(1)})];
  expect(whyNotKeepCrl(young, old, authorities)).toBeUndefined();
  expect(whyNotKeepCrl(old, young, authorities)).toContain('older than the one that is kept');
});

test('lists of two authorities are two series', () => {
  expect(whyNotKeepCrl(makeCrl(root, {extensions: [crlNumber(1)]}), list(5, 1), authorities)).toBeUndefined();
});

test('a list that no authority of the chain signed is never kept, whatever its number', () => {
  const forged = makeCrl(stranger, {extensions: [crlNumber(99)]});
  expect(whyNotKeepCrl(forged, undefined, authorities)).toContain('not signed by an authority');
  expect(() => whyNotKeepCrl(Buffer.from('rubbish'), list(5, 1), authorities)).toThrow('not valid DER');
});

test('a response is kept if it says something of the certificate, and is not older than the kept one', () => {
  const subject = {certificate: leaf.der, issuer: ca.der};
  const why = (fetched: Uint8Array, kept?: Uint8Array) => whyNotKeepOcsp(fetched, kept, {subject, now: testNow});
  const respond = (days: number, by = ca) =>
    makeOcspResponse(ca, {responder: by, serial: '22', producedAt: daysAgo(days), thisUpdate: daysAgo(days)});
  expect(why(respond(1))).toBeUndefined();
  expect(why(respond(1), respond(2))).toBeUndefined();
  expect(why(respond(2), respond(1))).toBe('it is older than the one that is kept');
  expect(why(respond(1, stranger))).toContain('no usable OCSP response');
});
