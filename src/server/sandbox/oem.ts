import type {Language} from './runtime.ts';

/*
 * Redirected output of the console programs is in the OEM code page of the machine. Only the characters that the
 * translated texts use are known here; ASCII is the same everywhere.
 */
const german: Readonly<Record<string, number>> = {
  ä: 0x84,
  ö: 0x94,
  ü: 0x81,
  Ä: 0x8e,
  Ö: 0x99,
  Ü: 0x9a,
  ß: 0xe1,
};

const russian = (): ReadonlyMap<string, number> => {
  const decoder = new TextDecoder('ibm866');
  return new Map(
    Array.from({length: 128}, (_, index) => [decoder.decode(Uint8Array.of(index + 128)), index + 128] as const),
  );
};

/** UTF-8 in English, where no text of ours leaves ASCII; code page 850 or 866 in the other languages. */
export const encodeOem = (text: string, language: Language): string | Uint8Array => {
  if (language === 'en') return text;
  const page = language === 'ru' ? russian() : new Map(Object.entries(german));
  const byte = (char: string): number => (char.charCodeAt(0) < 128 ? char.charCodeAt(0) : (page.get(char) ?? 0x3f));
  return Uint8Array.from([...text].map(byte));
};
