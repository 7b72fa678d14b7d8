import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {isPacked} from '../../kit/packed.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {CommandLine} from '../command.ts';
import type {ServerJson} from '../server-json.ts';
import {toolWord} from './tool-word.ts';

/** A program to start: an absolute file and the arguments that come before those of the command. */
export interface ToolProgram {
  readonly file: string;
  readonly leading: readonly string[];
}

const names = {'appcmd.exe': 'appcmd', 'sc.exe': 'sc'} as const;

/** Where the built-in programs may lie: beside this module in the source tree, beside the bundle in a release. */
const candidates = (name: string): readonly string[] =>
  [`./bin/${name}.ts`, `./sandbox-${name}.mjs`].map((path) => fileURLToPath(new URL(path, import.meta.url)));

const builtIn = (name: string): ToolProgram => {
  if (isPacked) return {file: process.execPath, leading: [toolWord, name]};
  const entry = candidates(name).find((path) => existsSync(path));
  if (entry === undefined) {
    throw new Refusal('SERVER.TOOL_MISSING', `The simulated ${name} is not part of this installation`, {
      next: [{label: 'Install the whole package, or name a program under "tools" in server.json'}],
    });
  }
  return {file: process.execPath, leading: [entry]};
};

export const toolProgram = ({tools}: ServerJson, tool: CommandLine['tool']): ToolProgram => {
  const [file, ...leading] = tools[names[tool]] ?? [];
  return file === undefined ? builtIn(names[tool]) : {file, leading};
};
