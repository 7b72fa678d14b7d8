import {describe, expect, test} from 'vitest';
import {commonName, der, nameBlock, organization} from '../../src/publish/certificate.ts';
import {parseDer} from '../../src/trust/x509/der.ts';
import type {GeneralName} from '../../src/trust/x509/general-name.ts';
import {nameOf} from '../../src/trust/x509/name.ts';
import {admitsNames, constrain, unconstrained} from '../../src/trust/x509/name-constraints.ts';

type TextKind = 'email' | 'dns' | 'uri';
const subject = nameOf(parseDer(der(nameBlock([organization('Contoso'), commonName('Signer')])), 'a name'));
const text = (kind: TextKind, value: string): GeneralName => ({kind, value});
const ip = (...bytes: readonly number[]): GeneralName => ({kind: 'ip', bytes: Uint8Array.from(bytes)});
const directory = (...parts: Parameters<typeof nameBlock>[0]): GeneralName => ({
  kind: 'directory',
  name: nameOf(parseDer(der(nameBlock(parts)), 'a name')),
});
const other: GeneralName = {kind: 'other', tag: '[0]', raw: 'a000'};

const permitted = (base: GeneralName, name: GeneralName): boolean =>
  admitsNames({subject, subjectAltNames: [name]}, constrain(unconstrained, {permitted: [base], excluded: []}));
const excluded = (base: GeneralName, name: GeneralName): boolean =>
  !admitsNames({subject, subjectAltNames: [name]}, constrain(unconstrained, {permitted: [], excluded: [base]}));

const inside: readonly (readonly [TextKind, string, string, boolean])[] = [
  ['dns', 'example.com', 'example.com', true],
  ['dns', 'example.com', 'a.EXAMPLE.com', true],
  ['dns', 'example.com', 'badexample.com', false],
  ['dns', 'example.com', 'example.com.evil', false],
  ['dns', '', 'anything', true],
  ['email', 'example.com', 'a@example.com', true],
  ['email', 'example.com', 'a@host.example.com', false],
  ['email', '.example.com', 'a@host.example.com', true],
  ['email', '.example.com', 'a@example.com', false],
  ['email', 'a@example.com', 'a@EXAMPLE.com', true],
  ['email', 'a@example.com', 'b@example.com', false],
  ['email', 'example.com', 'a@example.com@evil.com', false],
  ['uri', 'example.com', 'https://example.com:8443/x', true],
  ['uri', 'example.com', 'https://user@example.com/x', true],
  ['uri', 'example.com', 'https://host.example.com/', false],
  ['uri', '.example.com', 'https://host.example.com/', true],
  ['uri', 'example.com', 'https://evil.com/@example.com', false],
];

test.each(inside)('%s constraint "%s" and the name %s: inside is %s', (kind, base, name, expected) => {
  expect(permitted(text(kind, base), text(kind, name))).toBe(expected);
  expect(excluded(text(kind, base), text(kind, name))).toBe(expected);
});

describe('what cannot be judged is refused either way', () => {
  test.each(['urn:x:y', 'https://10.0.0.1/', 'mailto:a@example.com'])('the URI %s', (name) => {
    expect(permitted(text('uri', 'example.com'), text('uri', name))).toBe(false);
    expect(excluded(text('uri', 'example.com'), text('uri', name))).toBe(true);
  });

  test('a name of a kind that is not understood, if it is constrained', () => {
    expect(permitted(other, other)).toBe(false);
    expect(excluded(other, other)).toBe(true);
    expect(permitted(text('dns', 'x'), other)).toBe(true);
  });
});

test('addresses are compared under their mask, each family on its own', () => {
  const net = ip(10, 1, 0, 0, 255, 255, 0, 0);
  expect(permitted(net, ip(10, 1, 2, 3))).toBe(true);
  expect(permitted(net, ip(10, 2, 2, 3))).toBe(false);
  expect(permitted(net, ip(...Array.from({length: 16}, () => 0)))).toBe(false);
  expect(excluded(net, ip(10, 1, 2, 3))).toBe(true);
  expect(excluded(net, ip(10, 2, 2, 3))).toBe(false);
});

test('a subject is inside of the directory names above it', () => {
  expect(permitted(directory(organization('CONTOSO')), text('dns', 'x'))).toBe(true);
  expect(permitted(directory(organization('Other')), text('dns', 'x'))).toBe(false);
  expect(excluded(directory(organization('Contoso')), text('dns', 'x'))).toBe(true);
});

test('every list on the way must admit a name: a later one cannot widen an earlier one', () => {
  const narrow = constrain(unconstrained, {permitted: [text('dns', 'a.example.com')], excluded: []});
  const both = constrain(narrow, {permitted: [text('dns', 'example.com')], excluded: []});
  expect(admitsNames({subject, subjectAltNames: [text('dns', 'x.a.example.com')]}, both)).toBe(true);
  expect(admitsNames({subject, subjectAltNames: [text('dns', 'b.example.com')]}, both)).toBe(false);
});
