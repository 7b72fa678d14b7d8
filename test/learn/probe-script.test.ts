import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {probeCommands, probeScript} from './probe-script.ts';

/* PowerShell itself runs on no machine of ours: its grammar does. */

interface Node {
  readonly hasError: boolean;
}
interface Grammar {
  readonly Parser: {
    init(options: {readonly wasmBinary: Uint8Array}): Promise<void>;
    new (): {setLanguage(language: unknown): void; parse(text: string): {readonly rootNode: Node}};
  };
  readonly Language: {load(bytes: Uint8Array): Promise<unknown>};
}

const require = createRequire(import.meta.url);
const wasm = dirname(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter.js'));
let hasError: (script: string) => boolean;

beforeAll(async () => {
  const {Parser, Language}: Grammar = require('@vscode/tree-sitter-wasm/wasm/tree-sitter.js');
  await Parser.init({wasmBinary: readFileSync(join(wasm, 'tree-sitter.wasm'))});
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(join(wasm, 'tree-sitter-powershell.wasm'))));
  hasError = (script) => parser.parse(script).rootNode.hasError;
});

test('docs/probe.ps1 is a script', () => {
  expect(hasError(probeScript)).toBe(false);
  expect(hasError(probeScript.replace('finally {', 'finally'))).toBe(true);
});

test('it asks all eleven questions, each step under a name of its own', () => {
  const names = probeCommands().map(({name}) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...new Set(names.map((name) => Number.parseInt(name, 10)))].toSorted((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]);
});

test('it changes nothing but its own site and pool', () => {
  const changing = probeCommands().filter(({tool, args}) => tool === 'appcmd' && !args.startsWith('list '));
  expect(changing.filter(({args}) => !args.includes('stopgap-probe'))).toEqual([]);
  expect(
    probeCommands().filter(({tool, args}) => tool === 'sc' && !/^(?:config|query \S+|qc \S+)$/.test(args)),
  ).toEqual([]);
});
