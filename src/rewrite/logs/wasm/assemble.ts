import {laneOpcodes, memoryOpcodes, namedOpcodes, simpleOpcodes, valueTypes} from './opcodes.ts';
import {parseSExpression, type SExpression} from './s-expression.ts';

/*
 * An assembler for as much of the WebAssembly text format as the scanner needs: one memory, mutable i32 globals, functions
 * with folded instructions. The binary is made when it is needed, so that nothing that cannot be read is kept.
 */

type List = readonly SExpression[];

const isList = (value: SExpression | undefined): value is List => typeof value === 'object';
const headOf = (value: SExpression | undefined): string | undefined => {
  const [head] = isList(value) ? value : [];
  return isList(head) ? undefined : head;
};

const fault = (what: string): never => {
  throw new SyntaxError(`cannot be assembled: ${what}`);
};

const word = (value: SExpression | undefined): string =>
  value === undefined || isList(value) ? fault(JSON.stringify(value)) : value;

const unsigned = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];

const signed = (value: number): readonly number[] => {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signed(rest)];
};

const vector = (items: readonly (readonly number[])[]): readonly number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const sized = (bytes: readonly number[]): readonly number[] => [...unsigned(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]): readonly number[] => [id, ...sized(bytes)];
const nameBytes = (quoted: string): readonly number[] => sized([...new TextEncoder().encode(quoted.slice(1, -1))]);

const typeByte = (name: SExpression | undefined): number => valueTypes.get(word(name)) ?? fault(word(name));

interface Scope {
  readonly functions: ReadonlyMap<string, number>;
  readonly globals: ReadonlyMap<string, number>;
  readonly locals: ReadonlyMap<string, number>;
  /** Innermost first. */
  readonly labels: readonly string[];
}

const indexIn = ({functions, globals, locals, labels}: Scope, space: string, name: string): number => {
  const index =
    space === 'label'
      ? labels.indexOf(name)
      : (space === 'local' ? locals : space === 'global' ? globals : functions).get(name);
  return index === undefined || index < 0 ? fault(`${space} ${name}`) : index;
};

const structured = ([head, ...rest]: List, scope: Scope): readonly number[] => {
  const labelled = typeof rest[0] === 'string' ? rest[0] : undefined;
  const behind = labelled === undefined ? rest : rest.slice(1);
  const result = headOf(behind[0]) === 'result' ? behind[0] : undefined;
  const type = isList(result) ? typeByte(result[1]) : 0x40;
  const body = result === undefined ? behind : behind.slice(1);
  const inner = {...scope, labels: [labelled ?? '', ...scope.labels]};
  if (head !== 'if') return [head === 'loop' ? 0x03 : 0x02, type, ...instructions(body, inner), 0x0b];
  const part = (name: string): List => {
    const found = body.find((item) => headOf(item) === name);
    return isList(found) ? found.slice(1) : [];
  };
  const condition = body.filter((item) => !['then', 'else'].includes(headOf(item) ?? ''));
  const otherwise = part('else');
  return [
    ...instructions(condition, scope),
    0x04,
    type,
    ...instructions(part('then'), inner),
    ...(otherwise.length > 0 ? [0x05, ...instructions(otherwise, inner)] : []),
    0x0b,
  ];
};

const instruction = (expression: SExpression, scope: Scope): readonly number[] => {
  if (!isList(expression)) return fault(expression);
  const head = word(expression[0]);
  if (head === 'block' || head === 'loop' || head === 'if') return structured(expression, scope);
  const operands = expression.slice(1);
  const nested = instructions(operands.filter(isList), scope);
  const [first] = operands;
  const named = namedOpcodes.get(head);
  if (named) return [...nested, named[0], ...unsigned(indexIn(scope, named[1], word(first)))];
  if (head === 'i32.const') return [0x41, ...signed(Number(word(first)))];
  const lane = laneOpcodes.get(head);
  if (lane) return [...nested, ...lane, Number(word(first))];
  const memory = memoryOpcodes.get(head);
  if (memory) {
    const offset = typeof first === 'string' ? Number(first.replace('offset=', '')) : 0;
    return [...nested, ...memory, 0x00, ...unsigned(offset)];
  }
  return [...nested, ...(simpleOpcodes.get(head) ?? fault(head))];
};

const instructions = (list: List, scope: Scope): readonly number[] => list.flatMap((item) => instruction(item, scope));

const partsOf = (definition: List, name: string): readonly List[] =>
  definition.filter((part): part is List => headOf(part) === name);

interface Assembled {
  readonly type: readonly number[];
  readonly code: readonly number[];
}

const assembleFunction = (definition: List, scope: Omit<Scope, 'locals' | 'labels'>): Assembled => {
  const params = partsOf(definition, 'param');
  const locals = partsOf(definition, 'local');
  const names = [...params, ...locals].map(([, name], index): [string, number] => [word(name), index]);
  const frame = ['func', 'export', 'param', 'result', 'local'];
  const body = definition.slice(2).filter((part) => !frame.includes(headOf(part) ?? ''));
  const code = instructions(body, {...scope, locals: new Map(names), labels: []});
  const declared = vector(locals.map(([, , type]) => [1, typeByte(type)]));
  return {
    type: [
      0x60,
      ...vector(params.map(([, , type]) => [typeByte(type)])),
      ...vector(partsOf(definition, 'result').map(([, type]) => [typeByte(type)])),
    ],
    code: sized([...declared, ...code, 0x0b]),
  };
};

const numbered = (definitions: readonly List[]): ReadonlyMap<string, number> =>
  new Map(definitions.map(([, name], index) => [word(name), index]));

/** The exports of definitions of one kind: their names, their kind's byte, their numbers. */
const exportsOf = (definitions: readonly List[], kind: number): readonly (readonly number[])[] =>
  definitions.flatMap((definition, index) =>
    partsOf(definition, 'export').map(([, name]) => [...nameBytes(word(name)), kind, ...unsigned(index)]),
  );

/** The binary module of a text module. */
export const assemble = (source: string): Uint8Array<ArrayBuffer> => {
  const module = parseSExpression(source);
  if (!isList(module) || headOf(module) !== 'module') return fault('not a module');
  const memories = partsOf(module, 'memory');
  const globals = partsOf(module, 'global');
  const definitions = partsOf(module, 'func');
  const scope = {functions: numbered(definitions), globals: numbered(globals)};
  const functions = definitions.map((definition) => assembleFunction(definition, scope));
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(functions.map(({type}) => type))),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(5, vector(memories.map((memory) => [0x00, ...unsigned(Number(word(memory.at(-1))))]))),
    ...section(6, vector(globals.map(() => [0x7f, 0x01, 0x41, 0x00, 0x0b]))),
    ...section(7, vector([...exportsOf(memories, 2), ...exportsOf(globals, 3), ...exportsOf(definitions, 0)])),
    ...section(10, vector(functions.map(({code}) => code))),
  ]);
};
