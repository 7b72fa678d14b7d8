import {reject} from '../reject.ts';
import {type Asn1, type Encoding, readTlv} from './tlv.ts';

export type {Asn1} from './tlv.ts';

const parse = (bytes: Uint8Array, encoding: Encoding): Asn1 => {
  const {node, end} = readTlv(bytes, encoding);
  if (end !== bytes.length) throw new RangeError('bytes behind the end');
  return node;
};

/** Parses DER. @throws Refusal TRUST.CERTIFICATE_MALFORMED */
export const parseDer = (bytes: Uint8Array, what: string): Asn1 => {
  try {
    return parse(bytes, 'DER');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return reject('TRUST.CERTIFICATE_MALFORMED', `${what} is not valid DER: ${reason}`);
  }
};

/** CMS may be BER: the counter-signature of the genuine feed has indefinite lengths outside. */
export const parseBer = (bytes: Uint8Array): Asn1 => parse(bytes, 'BER');

/** A structure that is not what the standard says. Callers name the thing that was being read. */
export const malformed = (detail: string): never => {
  throw new RangeError(detail);
};

export const children = (node: Asn1 | undefined, tag: string): readonly Asn1[] =>
  node?.tag === tag && node.constructed ? node.children : malformed(`a constructed ${tag} was expected`);

export const sequence = (node: Asn1 | undefined): readonly Asn1[] => children(node, '16');

const primitive = (node: Asn1 | undefined, tag: string): Uint8Array =>
  node?.tag === tag && !node.constructed ? node.content : malformed(`a primitive ${tag} was expected`);

export const octets = (node: Asn1 | undefined): Uint8Array => primitive(node, '4');

/** BER may cut an OCTET STRING into pieces. */
export const joinedOctets = (node: Asn1 | undefined): Uint8Array =>
  node?.tag === '4' && node.constructed ? new Uint8Array(Buffer.concat(node.children.map(octets))) : octets(node);

export const boolean = (node: Asn1 | undefined): boolean => {
  const content = primitive(node, '1');
  if (content.length !== 1) malformed('a BOOLEAN has one byte');
  return content[0] !== 0;
};

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Any tag, for values that are implicitly tagged. */
const integerOf = (content: Uint8Array): bigint => {
  if (content.length === 0 || content.length > 64) malformed('an INTEGER of that length');
  const unsigned = BigInt(`0x${hexOf(content)}`);
  return (content[0] ?? 0) < 0x80 ? unsigned : unsigned - (1n << BigInt(8 * content.length));
};

export const integer = (node: Asn1 | undefined): bigint => integerOf(primitive(node, '2'));

/** A count such as pathLenConstraint: small and not negative. */
export const countOf = (content: Uint8Array): number => {
  const value = integerOf(content);
  return value >= 0n && value <= 0xffffn ? Number(value) : malformed('a count out of range');
};

const oidOf = (content: Uint8Array): string => {
  const parts: bigint[] = [];
  let value = 0n;
  for (const byte of content) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    parts.push(value);
    value = 0n;
  }
  const first = parts.shift();
  if (first === undefined || ((content.at(-1) ?? 0x80) & 0x80) !== 0)
    return malformed('an OBJECT IDENTIFIER that breaks off');
  const top = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [top, first - top * 40n, ...parts].join('.');
};

export const oid = (node: Asn1 | undefined): string => oidOf(primitive(node, '6'));

/** The set bits of a BIT STRING of named bits, bit 0 first. */
export const namedBitsOf = (content: Uint8Array): ReadonlySet<number> => {
  const unused = content[0] ?? malformed('an empty BIT STRING');
  const total = (content.length - 1) * 8 - unused;
  const set = new Set<number>();
  for (let bit = 0; bit < total; bit++) {
    if (((content[1 + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1) set.add(bit);
  }
  return set;
};

export const namedBits = (node: Asn1 | undefined): ReadonlySet<number> => namedBitsOf(primitive(node, '3'));

/** A BIT STRING that holds whole bytes: keys and signature values. */
export const bitBytes = (node: Asn1 | undefined): Uint8Array => {
  const content = primitive(node, '3');
  return content[0] === 0 ? content.subarray(1) : malformed('a BIT STRING with unused bits');
};

/** UTCTime or GeneralizedTime in the only form RFC 5280 section 4.1.2.5 allows: seconds, Zulu. */
export const time = (node: Asn1 | undefined): Date => {
  const text = Buffer.from(node?.content ?? []).toString('latin1');
  const short = node?.tag === '23' ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
  const long = node?.tag === '24' ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
  const match = short ?? long ?? malformed('not a time of RFC 5280');
  const [year = 0, month = 1, day, hour, minute, second] = match.slice(1).map(Number);
  const century = long ? 0 : year < 50 ? 2000 : 1900;
  const at = new Date(0);
  at.setUTCFullYear(century + year, month - 1, day);
  at.setUTCHours(hour ?? 0, minute, second);
  return at;
};
