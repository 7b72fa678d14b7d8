import {pairAt, unit} from './characters.ts';
import {
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
  const {text} = scanned;
  let at = from;
  for (;;) {
    while (has(text.charCodeAt(at), unit.text)) at++;
    const code = text.charCodeAt(at);
    if (code === 0x3c || at >= text.length) return at;
    if (code === 0x26) at = behindReference(scanned, at);
    else if (code === 0x5d) at = behindBrackets(scanned, at);
    else if (pairAt(text, at)) at += 2;
    else fail(scanned, 'a character that XML does not allow', at);
  }
};

/** Behind what may stand outside of the document element: white space alone. */
export const behindBlank = (scanned: Scanned, from: number): number => {
  const {text} = scanned;
  const at = behindSpaces(text, from);
  if (at >= text.length || text.charCodeAt(at) === 0x3c) return at;
  const stop = /[<&]/.exec(text.slice(at));
  const end = stop ? at + stop.index : text.length;
  checkLegal(scanned, at, end);
  return fail(scanned, 'text outside of the document element', at, end + 1);
};

/** Behind a run of `]`, which may not be the begin of `]]>`. */
const behindBrackets = (scanned: Scanned, from: number): number => {
  const {text} = scanned;
  let at = from;
  while (text.charCodeAt(at) === 0x5d) at++;
  if (at - from >= 2 && text.charCodeAt(at) === greater) fail(scanned, '"]]>" is not allowed in text', from, at + 1);
  return at;
};

/** Behind what begins with `<!`. @param inside whether an element is open */
export const behindExclamation = (scanned: Scanned, at: number, inside: boolean): number => {
  const {text} = scanned;
  if (text.startsWith('<!--', at)) return behindComment(scanned, at);
  if (text.startsWith('<![CDATA[', at)) return behindCdata(scanned, at, inside);
  checkLegal(scanned, at, Math.min(at + 9, text.length));
  const doctype = text.startsWith('<!DOCTYPE', at);
  const reason = doctype
    ? 'a document type declaration is not allowed in a configuration file'
    : '"<!" begins nothing that XML knows';
  return fail(scanned, reason, at, at + 9);
};

const behindComment = (scanned: Scanned, at: number): number => {
  const {text} = scanned;
  const dashes = text.indexOf('--', at + 4);
  checkLegal(scanned, at + 4, dashes === -1 ? text.length : dashes);
  if (dashes === -1 || dashes + 2 >= text.length) fail(scanned, 'the comment is not closed', at, text.length);
  if (text.charCodeAt(dashes + 2) !== greater)
    fail(scanned, '"--" is not allowed inside a comment', dashes, behindCharacter(text, dashes + 2));
  return dashes + 3;
};

const behindCdata = (scanned: Scanned, at: number, inside: boolean): number => {
  const {text} = scanned;
  if (!inside) fail(scanned, 'text outside of the document element', at, at + 9);
  const end = text.indexOf(']]>', at + 9);
  checkLegal(scanned, at, end === -1 ? text.length : end);
  if (end === -1) fail(scanned, 'the CDATA section is not closed', at, text.length);
  return end + 3;
};

/** Behind a processing instruction, which is no XML declaration. */
export const behindInstruction = (scanned: Scanned, at: number): number => {
  const {text} = scanned;
  const nameEnd = behindTarget(scanned, at);
  const name = text.slice(at + 2, nameEnd);
  const misplaced = 'an XML declaration is only allowed at the very start';
  if (name === 'xml') fail(scanned, misplaced, at, behindCharacter(text, nameEnd));
  const end = text.indexOf('?>', nameEnd);
  checkLegal(scanned, nameEnd, end === -1 ? text.length : end);
  if (end === -1) fail(scanned, 'the processing instruction is not closed', at, text.length);
  if (name.toLowerCase() === 'xml') fail(scanned, misplaced, at, end + 2);
  if (!has(text.charCodeAt(nameEnd), unit.space) && end !== nameEnd)
    fail(scanned, 'the processing instruction is malformed', nameEnd);
  return end + 2;
};

const behindTarget = (scanned: Scanned, at: number): number => {
  const {text} = scanned;
  const target = at + 2;
  if (target < text.length && !startsName(text, target))
    fail(scanned, 'the processing instruction has no target', target);
  const end = behindName(text, target);
  const colon = text.slice(target, end).indexOf(':');
  if (colon !== -1)
    fail(scanned, 'the target of a processing instruction must not hold a colon', target, target + colon + 1);
  if (end >= text.length) fail(scanned, 'the processing instruction is not closed', at, text.length);
  const code = text.charCodeAt(end);
  if (code !== 0x3f && !has(code, unit.space)) fail(scanned, 'the processing instruction is malformed', end);
  return end;
};
