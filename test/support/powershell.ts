import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

/* PowerShell itself runs on no machine of ours: its grammar does. */

interface Parser {
  setLanguage(language: unknown): void;
  parse(text: string): {readonly rootNode: {readonly hasError: boolean}};
}

interface TreeSitter {
  readonly Parser: {init(options: {readonly wasmBinary: Uint8Array}): Promise<void>; new (): Parser};
  readonly Language: {load(bytes: Uint8Array): Promise<unknown>};
}

const require = createRequire(import.meta.url);
const entry = require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter.js');
const grammar = (name: string): Uint8Array => readFileSync(join(dirname(entry), name));

/** Whether that text is no script of PowerShell. */
export const powerShellHasError = async (script: string): Promise<boolean> => {
  const {Parser, Language}: TreeSitter = require(entry);
  await Parser.init({wasmBinary: grammar('tree-sitter.wasm')});
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar('tree-sitter-powershell.wasm')));
  return parser.parse(script).rootNode.hasError;
};
