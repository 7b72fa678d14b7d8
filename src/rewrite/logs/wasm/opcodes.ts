/*
 * The instructions that the assembler knows, by the numbers of the WebAssembly core specification 2.0, binary format.
 * Vector instructions have the prefix FD.
 */

const plain = {
  unreachable: 0x00,
  nop: 0x01,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_u': 0x49,
  'i32.gt_u': 0x4b,
  'i32.le_u': 0x4d,
  'i32.ge_u': 0x4f,
  'i32.clz': 0x67,
  'i32.ctz': 0x68,
  'i32.popcnt': 0x69,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i32.shr_u': 0x76,
} as const;

const vector = {
  'i8x16.splat': 0x0f,
  'i8x16.eq': 0x23,
  'i8x16.le_u': 0x2a,
  'v128.and': 0x4e,
  'v128.or': 0x50,
  'v128.any_true': 0x53,
  'i8x16.bitmask': 0x64,
  'i8x16.sub': 0x71,
  'i16x8.extadd_pairwise_i8x16_u': 0x7d,
  'i32x4.extadd_pairwise_i16x8_u': 0x7f,
} as const;

/** Instructions without immediate operands, as bytes. */
export const simpleOpcodes: ReadonlyMap<string, readonly number[]> = new Map([
  ...Object.entries(plain).map(([name, code]): [string, readonly number[]] => [name, [code]]),
  ...Object.entries(vector).map(([name, code]): [string, readonly number[]] => [name, [0xfd, code]]),
]);

/** Loads and stores: the bytes in front of alignment (always 0: a hint that nobody needs) and offset. */
export const memoryOpcodes: ReadonlyMap<string, readonly number[]> = new Map([
  ['i32.load', [0x28]],
  ['i32.load8_u', [0x2d]],
  ['i32.store', [0x36]],
  ['v128.load', [0xfd, 0x00]],
]);

/** Instructions whose one operand is the number of a lane. */
export const laneOpcodes: ReadonlyMap<string, readonly number[]> = new Map([['i32x4.extract_lane', [0xfd, 0x1b]]]);

/** Instructions whose one operand is the name of a local, a global, a function or a label. */
export const namedOpcodes: ReadonlyMap<
  string,
  readonly [opcode: number, space: 'local' | 'global' | 'function' | 'label']
> = new Map([
  ['local.get', [0x20, 'local']],
  ['local.set', [0x21, 'local']],
  ['local.tee', [0x22, 'local']],
  ['global.get', [0x23, 'global']],
  ['global.set', [0x24, 'global']],
  ['call', [0x10, 'function']],
  ['br', [0x0c, 'label']],
  ['br_if', [0x0d, 'label']],
]);

export const valueTypes: ReadonlyMap<string, number> = new Map([
  ['i32', 0x7f],
  ['v128', 0x7b],
]);
