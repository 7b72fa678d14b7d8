/** One ASN.1 value with its raw bytes, which signatures and digests are made over. */
export interface Asn1 {
  /** `16` for a universal SEQUENCE, `[0]` for a context tag 0. */
  readonly tag: string;
  /** Tag, length and content as they stood in the input. */
  readonly bytes: Uint8Array;
  /** Content of a primitive value; empty in a constructed one. */
  readonly content: Uint8Array;
  readonly children: readonly Asn1[];
  readonly constructed: boolean;
}

export type Encoding = 'DER' | 'BER';

/*
 * Tags and lengths by hand: asn1js accepts BER where DER is asked for and takes some twenty times as long for a list of
 * revoked certificates. This is linear, strict, and all of ASN.1 that the rest of this folder needs.
 */

const deepest = 48;
const mostNodes = 1_000_000;
const nothing = new Uint8Array();
const fail = (reason: string): never => {
  throw new RangeError(reason);
};

interface Header {
  readonly tag: string;
  readonly constructed: boolean;
  readonly start: number;
  /** undefined: indefinite, ended by two zero bytes. */
  readonly length: number | undefined;
}

class Reader {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  nodes = 0;

  constructor(bytes: Uint8Array, encoding: Encoding) {
    this.bytes = bytes;
    this.encoding = encoding;
  }

  byte(at: number, end: number): number {
    return (at < end ? this.bytes[at] : undefined) ?? fail('it breaks off');
  }

  header(at: number, end: number): Header {
    const first = this.byte(at, end);
    const number = first & 0x1f;
    if (number === 0x1f) fail('a tag with a number above 30');
    const tagClass = first >> 6;
    if (tagClass === 1 || tagClass === 3) fail('a tag of a class that no certificate uses');
    const tag = tagClass === 0 ? String(number) : `[${number}]`;
    const constructed = (first & 0x20) !== 0;
    const short = this.byte(at + 1, end);
    if (short < 0x80) return {tag, constructed, start: at + 2, length: short};
    if (short === 0x80) {
      if (this.encoding === 'DER' || !constructed) fail('an indefinite length is not DER');
      return {tag, constructed, start: at + 2, length: undefined};
    }
    return {tag, constructed, ...this.longLength(at + 2, short & 0x7f, end)};
  }

  longLength(at: number, count: number, end: number): {start: number; length: number} {
    if (count > 4) fail('a length of more than four bytes');
    let length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + this.byte(at + index, end);
    const minimal = length >= 0x80 && this.byte(at, end) !== 0;
    if (this.encoding === 'DER' && !minimal) fail('a length that is longer than it need be');
    return {start: at + count, length};
  }

  node(at: number, end: number, depth: number): {node: Asn1; end: number} {
    if (depth > deepest) fail('nested too deeply');
    if (++this.nodes > mostNodes) fail('too many values');
    const {tag, constructed, start, length} = this.header(at, end);
    const stop = length === undefined ? end : start + length;
    if (stop > end) fail('it breaks off');
    if (!constructed) {
      return {
        node: {
          tag,
          bytes: this.bytes.subarray(at, stop),
          content: this.bytes.subarray(start, stop),
          children: [],
          constructed,
        },
        end: stop,
      };
    }
    const {children, end: after} = this.children(start, stop, depth, length === undefined);
    return {node: {tag, bytes: this.bytes.subarray(at, after), content: nothing, children, constructed}, end: after};
  }

  children(start: number, stop: number, depth: number, indefinite: boolean): {children: readonly Asn1[]; end: number} {
    const children: Asn1[] = [];
    let at = start;
    while (at < stop) {
      if (indefinite && this.bytes[at] === 0 && this.bytes[at + 1] === 0) return {children, end: at + 2};
      const {node, end} = this.node(at, stop, depth + 1);
      children.push(node);
      at = end;
    }
    return indefinite ? fail('an indefinite length without an end') : {children, end: at};
  }
}

/** The first value of the input and where it ends. @throws RangeError */
export const readTlv = (bytes: Uint8Array, encoding: Encoding): {node: Asn1; end: number} =>
  new Reader(bytes, encoding).node(0, bytes.length, 0);
