import {resolveReference} from './characters.ts';

/** The value of an attribute from what stands between its quotes: white space normalized, references resolved. */
export const attributeText = (raw: string): string => {
  const spaced = /[\t\n\r]/.test(raw) ? raw.replace(/\r\n|[\t\n\r]/g, ' ') : raw;
  if (!raw.includes('&')) return spaced;
  return spaced.replace(/&([^;]*);/g, (_, reference: string) => resolveReference(reference) ?? '');
};
