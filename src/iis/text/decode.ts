export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A configuration file as text, with what is needed to write it back byte for byte. */
export interface DecodedText {
  /** Without the byte order mark. */
  readonly text: string;
  readonly encoding: TextEncoding;
  readonly bom: boolean;
}

export interface UndecodableText {
  readonly reason: string;
}

const swap = (bytes: Uint8Array): Uint8Array => {
  const swapped = new Uint8Array(bytes.length);
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    swapped[index] = bytes[index + 1] ?? 0;
    swapped[index + 1] = bytes[index] ?? 0;
  }
  return swapped;
};

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte);

const detect = (bytes: Uint8Array): {encoding: TextEncoding; bomLength: number} => {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return {encoding: 'utf-8', bomLength: 3};
  if (startsWith(bytes, 0xff, 0xfe)) return {encoding: 'utf-16le', bomLength: 2};
  if (startsWith(bytes, 0xfe, 0xff)) return {encoding: 'utf-16be', bomLength: 2};
  // Without a mark: "<?" in UTF-16, XML 1.0 appendix F.
  if (startsWith(bytes, 0x3c, 0x00, 0x3f, 0x00)) return {encoding: 'utf-16le', bomLength: 0};
  if (startsWith(bytes, 0x00, 0x3c, 0x00, 0x3f)) return {encoding: 'utf-16be', bomLength: 0};
  return {encoding: 'utf-8', bomLength: 0};
};

/** What the XML declaration says must be what the bytes are; other encodings are refused, never guessed. */
const contradiction = (text: string, encoding: TextEncoding): string | undefined => {
  const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1]?.toLowerCase();
  if (declared === undefined) return undefined;
  const fits = encoding === 'utf-8' ? ['utf-8', 'utf8', 'us-ascii'] : ['utf-16', encoding, 'unicode'];
  return fits.includes(declared) ? undefined : `the file declares the encoding ${declared} but is ${encoding}`;
};

/** Bytes to text by byte order mark and declaration. Nothing is replaced: bytes that do not fit are an answer. */
export const decodeText = (bytes: Uint8Array): DecodedText | UndecodableText => {
  const {encoding, bomLength} = detect(bytes);
  const body = bytes.subarray(bomLength);
  if (encoding !== 'utf-8' && body.length % 2 === 1) return {reason: `the file is not valid ${encoding}`};
  try {
    const decoder = new TextDecoder(encoding === 'utf-8' ? 'utf-8' : 'utf-16le', {fatal: true, ignoreBOM: true});
    const text = decoder.decode(encoding === 'utf-16be' ? swap(body) : body);
    const reason = contradiction(text, encoding);
    return reason === undefined ? {text, encoding, bom: bomLength > 0} : {reason};
  } catch {
    return {reason: `the file is not valid ${encoding}`};
  }
};

export const encodeText = ({text, encoding, bom}: DecodedText): Uint8Array => {
  const marked = bom ? `\uFEFF${text}` : text;
  if (encoding === 'utf-8') return new TextEncoder().encode(marked);
  const little = new Uint8Array(Buffer.from(marked, 'utf16le'));
  return encoding === 'utf-16le' ? little : swap(little);
};
