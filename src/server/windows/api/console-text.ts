import {kernel32} from './libraries.ts';

const toWide: (
  codePage: number,
  flags: number,
  bytes: Uint8Array,
  length: number,
  wide: Buffer | null,
  room: number,
) => number = kernel32.func(
  'int __stdcall MultiByteToWideChar(uint32 codePage, uint32 flags, const void *bytes, int length, void *wide, int room)',
);

/** CP_OEMCP: whichever code page consoles of this machine have. */
const oem = 1;

/** What console programs write where their output is redirected. Node.js knows only few of these code pages itself. */
export const decodeConsole = (bytes: Uint8Array): string => {
  if (bytes.length === 0) return '';
  const room = toWide(oem, 0, bytes, bytes.length, null, 0);
  const wide = Buffer.alloc(2 * room);
  toWide(oem, 0, bytes, bytes.length, wide, room);
  return wide.toString('utf16le');
};
