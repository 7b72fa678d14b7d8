import {unit} from './characters.ts';
import {
  behindAll,
  behindCharacter,
  behindName,
  behindReference,
  behindSpaces,
  checkLegal,
  fail,
  has,
  type Scanned,
  startsName,
} from './scan-tag.ts';

/* What stands between tags: text, comments, CDATA sections, processing instructions. All are stepped over and checked. */

const greater = 0x3e;

/** Behind character data inside of an element. */
export const behindText = (scanned: Scanned, from: number): number => {
  const {bytes} = scanned;
  let at = from;
  for (;;) {
    at = behindAll(scanned, at, unit.text);
    const code = bytes[at];
    if (code === 0x3c || code === undefined) return at;
    if (code === 0x26) at = behindReference(scanned, at);
    else if (code === 0x5d) at = behindBrackets(scanned, at);
    else fail(scanned, 'a character that XML does not allow', at);
  }
};

/** Behind what may stand outside of the document element: white space alone. */
export const behindBlank = (scanned: Scanned, from: number): number => {
  const {bytes} = scanned;
  const at = behindSpaces(bytes, from);
  if (at >= bytes.length || bytes[at] === 0x3c) return at;
  const stop = bytes.subarray(at).findIndex((byte) => byte === 0x3c || byte === 0x26);
  const end = stop === -1 ? bytes.length : at + stop;
  checkLegal(scanned, at, end);
  return fail(scanned, 'text outside of the document element', at, end + 1);
};

/** Behind a run of `]`, which may not be the begin of `]]>`. */
const behindBrackets = (scanned: Scanned, from: number): number => {
  const {bytes} = scanned;
  let at = from;
  while (bytes[at] === 0x5d) at++;
  if (at - from >= 2 && bytes[at] === greater) fail(scanned, '"]]>" is not allowed in text', from, at + 1);
  return at;
};

/** `<!DOCTYPE` and the like are told apart by their first nine characters, as many as a reader looks at. */
const behindCharacters = (bytes: Uint8Array, from: number, count: number): number => {
  let at = from;
  for (let seen = 0; seen < count && at < bytes.length; seen++) at = behindCharacter(bytes, at);
  return at;
};

const startsWith = (bytes: Buffer, at: number, ascii: string): boolean =>
  bytes.toString('latin1', at, at + ascii.length) === ascii;

/** Behind what begins with `<!`. @param inside whether an element is open */
export const behindExclamation = (scanned: Scanned, at: number, inside: boolean): number => {
  const {bytes} = scanned;
  if (startsWith(bytes, at, '<!--')) return behindComment(scanned, at);
  if (startsWith(bytes, at, '<![CDATA[')) return behindCdata(scanned, at, inside);
  const noticed = behindCharacters(bytes, at, 9);
  checkLegal(scanned, at, noticed);
  const doctype = startsWith(bytes, at, '<!DOCTYPE');
  const reason = doctype
    ? 'a document type declaration is not allowed in a configuration file'
    : '"<!" begins nothing that XML knows';
  return fail(scanned, reason, at, noticed);
};

const behindComment = (scanned: Scanned, at: number): number => {
  const {bytes} = scanned;
  const dashes = bytes.indexOf('--', at + 4);
  checkLegal(scanned, at + 4, dashes === -1 ? bytes.length : dashes);
  if (dashes === -1 || dashes + 2 >= bytes.length) fail(scanned, 'the comment is not closed', at, bytes.length);
  if (bytes[dashes + 2] !== greater)
    fail(scanned, '"--" is not allowed inside a comment', dashes, behindCharacter(bytes, dashes + 2));
  return dashes + 3;
};

const behindCdata = (scanned: Scanned, at: number, inside: boolean): number => {
  const {bytes} = scanned;
  if (!inside) fail(scanned, 'text outside of the document element', at, at + 9);
  const end = bytes.indexOf(']]>', at + 9);
  checkLegal(scanned, at, end === -1 ? bytes.length : end);
  if (end === -1) fail(scanned, 'the CDATA section is not closed', at, bytes.length);
  return end + 3;
};

/** Behind a processing instruction, which is no XML declaration. */
export const behindInstruction = (scanned: Scanned, at: number): number => {
  const {bytes} = scanned;
  const nameEnd = behindTarget(scanned, at);
  const name = bytes.toString('utf8', at + 2, nameEnd);
  const misplaced = 'an XML declaration is only allowed at the very start';
  if (name === 'xml') fail(scanned, misplaced, at, behindCharacter(bytes, nameEnd));
  const end = bytes.indexOf('?>', nameEnd);
  checkLegal(scanned, nameEnd, end === -1 ? bytes.length : end);
  if (end === -1) fail(scanned, 'the processing instruction is not closed', at, bytes.length);
  if (name.toLowerCase() === 'xml') fail(scanned, misplaced, at, end + 2);
  if (!has(bytes[nameEnd], unit.space) && end !== nameEnd)
    fail(scanned, 'the processing instruction is malformed', nameEnd);
  return end + 2;
};

const behindTarget = (scanned: Scanned, at: number): number => {
  const {bytes} = scanned;
  const target = at + 2;
  if (target < bytes.length && !startsName(bytes, target))
    fail(scanned, 'the processing instruction has no target', target);
  const end = behindName(scanned, target);
  const colon = bytes.subarray(target, end).indexOf(0x3a);
  if (colon !== -1)
    fail(scanned, 'the target of a processing instruction must not hold a colon', target, target + colon + 1);
  if (end >= bytes.length) fail(scanned, 'the processing instruction is not closed', at, bytes.length);
  const code = bytes[end];
  if (code !== 0x3f && !has(code, unit.space)) fail(scanned, 'the processing instruction is malformed', end);
  return end;
};
