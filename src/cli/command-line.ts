import {shellWord} from '../kit/shell-word.ts';

type Value = string | boolean | readonly string[] | undefined;

/** A command of stopgap as a person would type it again: only what was said, defaults left out. */
export const commandLine = (words: readonly string[], options: Readonly<Record<string, Value>>): string =>
  ['stopgap', ...words, ...Object.entries(options).flatMap(([name, value]) => optionWords(`--${name}`, value))]
    .map(shellWord)
    .join(' ');

const optionWords = (name: string, value: Value): readonly string[] => {
  if (value === undefined || value === false) return [];
  if (value === true) return [name];
  return (typeof value === 'string' ? [value] : value).flatMap((one) => [name, one]);
};
