import {type Asn1, hexOf, malformed} from './der.ts';
import {type Name, nameOf} from './name.ts';

/** A GeneralName of RFC 5280 section 4.2.1.6, as far as anything here decides on it. */
export type GeneralName =
  | {readonly kind: 'directory'; readonly name: Name}
  | {readonly kind: 'email' | 'dns' | 'uri'; readonly value: string}
  | {readonly kind: 'ip'; readonly bytes: Uint8Array}
  /** otherName, x400Address, ediPartyName, registeredID: compared byte for byte and never understood. */
  | {readonly kind: 'other'; readonly tag: string; readonly raw: string};

const latin = (node: Asn1): string => Buffer.from(node.content).toString('latin1');

export const generalNameOf = (node: Asn1): GeneralName => {
  switch (node.tag) {
    case '[1]':
      return {kind: 'email', value: latin(node)};
    case '[2]':
      return {kind: 'dns', value: latin(node)};
    case '[4]':
      return node.children.length === 1
        ? {kind: 'directory', name: nameOf(node.children[0])}
        : malformed('a directory name');
    case '[6]':
      return {kind: 'uri', value: latin(node)};
    case '[7]':
      return {kind: 'ip', bytes: node.content};
    case '[0]':
    case '[3]':
    case '[5]':
    case '[8]':
      return {kind: 'other', tag: node.tag, raw: hexOf(node.bytes)};
    default:
      return malformed('not a GeneralName');
  }
};

/** Equal exactly for names that match, for comparing distribution points. */
export const generalNameKey = (name: GeneralName): string => {
  switch (name.kind) {
    case 'directory':
      return `directory ${name.name.key}`;
    case 'ip':
      return `ip ${hexOf(name.bytes)}`;
    case 'other':
      return `other ${name.raw}`;
    default:
      return `${name.kind} ${name.value}`;
  }
};
