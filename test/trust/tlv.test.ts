import * as asn1js from 'asn1js';
import {expect, test} from 'vitest';
import {type Asn1, type Encoding, readTlv} from '../../src/trust/x509/tlv.ts';
import {cpuTime} from '../support/cpu-time.ts';
import {fc} from '../support/properties.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const shape = ({tag, constructed, content, children}: Asn1): unknown =>
  constructed ? [tag, ...children.map(shape)] : [tag, Buffer.from(content).toString('hex')];
const read = (text: string, encoding: Encoding = 'DER'): unknown => {
  try {
    const bytes = hex(text);
    const {node, end} = readTlv(bytes, encoding);
    return [shape(node), bytes.length - end];
  } catch (error) {
    return error instanceof RangeError ? error.message : error;
  }
};

test('values, their nesting and what is left behind them', () => {
  expect(read('3006 020105 a001 05')).toBe('it breaks off');
  expect(read('3006 020105 810105')).toEqual([['16', ['2', '05'], ['[1]', '05']], 0]);
  expect(read('0500 ff')).toEqual([['5', ''], 1]);
  expect(read(`04 8180 ${'00'.repeat(128)}`)).toEqual([['4', '00'.repeat(128)], 0]);
});

test.each([
  ['an indefinite length', '3080 020105 0000', 'an indefinite length is not DER'],
  ['a long length where a short one would do', '30 8103 020105', 'a length that is longer than it need be'],
  ['a length with a leading zero', `04 820080 ${'00'.repeat(128)}`, 'a length that is longer than it need be'],
  ['a length of five bytes', '30 850000000003 020105', 'a length of more than four bytes'],
  ['a child longer than its parent', '3003 020205', 'it breaks off'],
  ['a high tag number', '1f8100', 'a tag with a number above 30'],
  ['an application tag', '4100', 'a tag of a class that no certificate uses'],
  ['nothing', '', 'it breaks off'],
])('%s is not DER', (_name, text, reason) => {
  expect(read(text)).toBe(reason);
});

test('BER may leave a length open, and must then end it', () => {
  expect(read('3080 020105 0000', 'BER')).toEqual([['16', ['2', '05']], 0]);
  expect(read('3080 3080 0500 0000 0000 01', 'BER')).toEqual([['16', ['16', ['5', '']]], 1]);
  expect(read('3080 020105', 'BER')).toBe('an indefinite length without an end');
  expect(read('0480 0000', 'BER')).toBe('an indefinite length is not DER');
});

test('deep and wide inputs end quickly', () => {
  let deep: unknown;
  let wide: unknown;
  const spent = cpuTime(() => {
    deep = read('3080'.repeat(100_000), 'BER');
    wide = read(`30 83300000 ${'0500'.repeat(0x18_0000)}`);
  });
  expect([deep, wide]).toEqual(['nested too deeply', 'too many values']);
  expect(spent).toBeLessThan(3000);
});

const leaf = fc.uint8Array({maxLength: 200}).map((valueHex) => new asn1js.OctetString({valueHex}));
const {tree} = fc.letrec<{tree: asn1js.BaseBlock}>((tie) => ({
  tree: fc.oneof(
    {depthSize: 'small'},
    leaf,
    fc.array(tie('tree'), {maxLength: 4}).map((value) => new asn1js.Sequence({value})),
    fc
      .array(tie('tree'), {maxLength: 4})
      .map((value) => new asn1js.Constructed({idBlock: {tagClass: 3, tagNumber: 2}, value})),
  ),
}));

test('what asn1js writes is read back byte for byte', () => {
  const rebuilt = (node: Asn1): Buffer =>
    node.constructed
      ? Buffer.concat([
          node.bytes.subarray(0, node.bytes.length - node.children.reduce((sum, child) => sum + child.bytes.length, 0)),
          ...node.children.map(rebuilt),
        ])
      : Buffer.from(node.bytes);
  fc.assert(
    fc.property(tree, (block) => {
      const bytes = Buffer.from(block.toBER());
      const {node, end} = readTlv(new Uint8Array(bytes), 'DER');
      expect(end).toBe(bytes.length);
      expect(rebuilt(node)).toEqual(bytes);
    }),
  );
});
