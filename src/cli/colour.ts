import type {TextOutput} from './command.ts';

/** Colours only where a person looks at a terminal and did not say no (https://no-color.org). */
export const wantsColour = (
  output: TextOutput,
  env: Readonly<Record<string, string | undefined>>,
  asked: boolean,
): boolean => asked && output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
