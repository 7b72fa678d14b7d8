import {writeFileSync} from 'node:fs';
import type {Wine} from './wine.ts';

/** Values below a key: text, or a number for REG_DWORD. */
export type RegistryKeys = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

const line = ([name, value]: readonly [string, string | number]): string => {
  const data =
    typeof value === 'number' ? `dword:${value.toString(16).padStart(8, '0')}` : `"${value.replaceAll('\\', '\\\\')}"`;
  return `"${name}"=${data}`;
};

/** Writes keys into the registry of that Windows, all of them by one program. */
export const writeRegistry = async (wine: Wine, keys: RegistryKeys): Promise<void> => {
  const sections = Object.entries(keys).map(([key, values]) =>
    [`[${key}]`, ...Object.entries(values).map(line), ''].join('\r\n'),
  );
  const file = 'C:\\stand-ins\\import.reg';
  writeFileSync(
    wine.hostPath(file),
    `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n${sections.join('\r\n')}`,
    'utf16le',
  );
  await wine.must('reg', ['import', file]);
};
