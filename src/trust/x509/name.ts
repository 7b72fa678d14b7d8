import {type Asn1, children, hexOf, malformed, oid, sequence} from './der.ts';

/** A distinguished name: for comparing (RFC 5280 section 7.1) and for a person. */
export interface Name {
  /** As it stands in the certificate; OCSP names an issuer by the hash of this. */
  readonly der: Uint8Array;
  /** One string a relative distinguished name, equal exactly when the names match. */
  readonly rdns: readonly string[];
  /** Comparison key of the whole name. */
  readonly key: string;
  /** `CN=..., O=..., C=US`, RFC 4514 order. */
  readonly text: string;
  readonly commonName: string | undefined;
  /** PKCS #9 emailAddress attributes, which name constraints look at. */
  readonly emails: readonly string[];
}

const labels: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** UTF8String, NumericString, PrintableString, TeletexString, IA5String, VisibleString; UniversalString is not read. */
const decoders: Readonly<Record<string, BufferEncoding>> = {
  12: 'utf8',
  18: 'latin1',
  19: 'latin1',
  20: 'latin1',
  22: 'latin1',
  26: 'latin1',
};

const textOf = (node: Asn1): string | undefined => {
  if (node.constructed) return undefined;
  if (node.tag === '30') return Buffer.from(node.content).swap16().toString('utf16le');
  const encoding = decoders[node.tag];
  return encoding === undefined ? undefined : Buffer.from(node.content).toString(encoding);
};

/** Case and runs of white space mean nothing in a name; the string type neither. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');

const escapeValue = (value: string): string => value.replace(/[,+"\\<>;=]/g, (char) => `\\${char}`);

interface Attribute {
  readonly type: string;
  readonly value: Asn1;
}

const attributeOf = (node: Asn1): Attribute => {
  const [type, value, ...rest] = sequence(node);
  return value && rest.length === 0 ? {type: oid(type), value} : malformed('an attribute of a name');
};

const keyOf = ({type, value}: Attribute): string => {
  const text = textOf(value);
  return JSON.stringify(text === undefined ? [type, 'raw', hexOf(value.bytes)] : [type, 'text', folded(text)]);
};

const shown = ({type, value}: Attribute): string =>
  `${labels[type] ?? type}=${escapeValue(textOf(value) ?? `#${hexOf(value.bytes)}`)}`;

const emailType = '1.2.840.113549.1.9.1';

const rdnKey = (set: readonly Attribute[]): string => JSON.stringify(set.map(keyOf).toSorted());

/** The name one level below another: nameRelativeToCRLIssuer of RFC 5280 section 4.2.1.13. */
export const nameBelow = (base: Name, attributes: readonly Asn1[]): Name => {
  const set = attributes.map(attributeOf);
  const rdns = [...base.rdns, rdnKey(set)];
  return {...base, rdns, key: JSON.stringify(rdns), text: `${set.map(shown).join('+')}, ${base.text}`};
};

export const nameOf = (node: Asn1 | undefined): Name => {
  const sets = sequence(node).map((rdn) => children(rdn, '17').map(attributeOf));
  if (sets.some((set) => set.length === 0)) malformed('an empty part of a name');
  const rdns = sets.map(rdnKey);
  const all = sets.flat();
  const common = all.findLast(({type}) => type === '2.5.4.3');
  return {
    der: node?.bytes ?? malformed('no name'),
    rdns,
    key: JSON.stringify(rdns),
    text: sets
      .toReversed()
      .map((set) => set.map(shown).join('+'))
      .join(', '),
    commonName: common && textOf(common.value),
    emails: all.filter(({type}) => type === emailType).map(({value}) => textOf(value) ?? ''),
  };
};

/** Whether `name` is `base` or stands below it. */
export const isWithin = (name: Pick<Name, 'rdns'>, base: Pick<Name, 'rdns'>): boolean =>
  base.rdns.every((rdn, index) => name.rdns[index] === rdn);
