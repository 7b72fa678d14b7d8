import {sha256} from './hash.ts';

/*
 * Secrets of IIS configuration files: encrypted values ([enc:provider:...:enc]), the session keys that decrypt them,
 * passwords, those in URLs too, and the machine keys that sign ASP.NET view state and cookies. A short digest takes their
 * place, so that a change of a secret still shows as a change.
 */
const mark = (secret: string): string => `[redacted sha256:${sha256(secret).slice(0, 8)}]`;

const attribute =
  /\b(sessionKey|password|userPassword|validationKey|decryptionKey|encryptedValue|pwd)(\s*=\s*)(["'])(.*?)\3/gis;
const encrypted = /\[enc:[^\]]*:enc\]/gi;
const connection = /\b(password|pwd)(\s*=\s*)([^;"'<>\s]+)/gi;
// Only what a URL may hold there: a pattern of a rewrite rule that looks like one stays readable.
const inUrl = /\b([a-z][a-z0-9+.-]*:\/\/[\w.~%+-]*:)([\w.~%!$&'()*+,;=-]+)(?=@)/gi;
// "AutoGenerate,IsolateApps" is a setting, not a key.
const harmless = /^(?:|autogenerate.*|\[redacted .*\])$/is;

/** The text with every secret replaced by a marker that holds eight digits of its SHA-256. */
export const redact = (text: string): string =>
  text
    .replace(encrypted, mark)
    .replace(attribute, (whole: string, name: string, equals: string, quote: string, value: string) =>
      harmless.test(value) ? whole : `${name}${equals}${quote}${mark(value)}${quote}`,
    )
    .replace(connection, (whole: string, name: string, equals: string, value: string) =>
      value.startsWith('[redacted') ? whole : `${name}${equals}${mark(value)}`,
    )
    .replace(inUrl, (_, before: string, value: string) => `${before}${mark(value)}`);

/** The same for a line of JSON, inside of its strings: over the text it would take an escaped quote for the end of a value. */
export const redactJson = (json: string): string =>
  JSON.stringify(JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? redact(value) : value)));
