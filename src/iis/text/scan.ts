import {type ElementIndex, field, GrowingIndex} from './element-index.ts';
import {attributeFault, elementFault, isDeclaration, type NamespaceScope} from './namespaces.ts';
import {scanDeclaration} from './scan-declaration.ts';
import {behindBlank, behindExclamation, behindInstruction, behindText} from './scan-markup.ts';
import {checkTwins, isName, isXmlns, nameAt} from './scan-names.ts';
import {behindCharacter, behindLocalName, behindName, behindSpaces, behindValue, fail, startsName} from './scan-tag.ts';
import {attributeText} from './value.ts';
import {XmlError} from './xml-error.ts';

/** A configuration file is a few levels deep; the limit keeps a hostile one from exhausting the stack of whoever walks it. */
const maxDepth = 256;
const greater = 0x3e;
const slash = 0x2f;
/** Of a usual configuration file; more elements only cost a copy. */
const unitsPerElement = 60;

export interface Scan extends ElementIndex {
  /** Whether some element declares a prefix: then a part of the text cannot be read by itself. */
  readonly declaresPrefixes: boolean;
}

/** @throws XmlError where the text is not one well-formed document */
export const scanDocument = (utf8: Buffer): Scan => new Scanner(utf8).document();

/**
 * Scans content that stands inside of some element: character data and whole elements. Parents and positions are
 * relative to the content; its outermost elements have the parent -1.
 * @throws XmlError
 */
export const scanContent = (utf8: Buffer, depth: number): Scan => new Scanner(utf8, depth).content();

class Scanner implements NamespaceScope {
  readonly bytes: Buffer;
  readonly index: GrowingIndex;
  /** Elements that are open, the innermost last, and where their start tags begin. */
  readonly open: number[] = [];
  readonly starts: number[] = [];
  /** Prefixes by the element that declares them. */
  readonly prefixes = new Map<number, Map<string, string>>();
  /** Depth of the text's outermost elements; above 0 there may be several. */
  readonly depth: number;
  /** Names and values of the attributes of one start tag, as pairs of offsets of the names. */
  readonly names: number[] = [];
  at = 0;
  lastWide = -1;
  surplus = 0;

  constructor(utf8: Buffer, depth = 0) {
    this.bytes = utf8;
    this.depth = depth;
    this.index = new GrowingIndex(Math.ceil(utf8.length / unitsPerElement));
  }

  document(): Scan {
    if (/^<\?xml[\s?]/.test(this.bytes.toString('latin1', 0, 6))) this.declaration();
    this.parts();
    if (this.index.count === 0) fail(this, 'there is no document element', this.bytes.length, this.bytes.length);
    return this.scan();
  }

  content(): Scan {
    this.parts();
    return this.scan();
  }

  scan(): Scan {
    const {numbers, count} = this.index;
    return {numbers, count, declaresPrefixes: this.prefixes.size > 0};
  }

  parts(): void {
    const {bytes} = this;
    const {length} = bytes;
    while (this.at < length) {
      if (bytes[this.at] === 0x3c) this.markup();
      else if (this.open.length > 0 || this.depth > 0) this.at = behindText(this, this.at);
      else this.at = behindBlank(this, this.at);
    }
    const unclosed = this.starts.at(-1);
    if (unclosed !== undefined) fail(this, `the element <${nameAt(this, unclosed)}> is not closed`, unclosed, length);
  }

  declaration(): void {
    const close = this.bytes.indexOf('?>');
    const text = this.bytes.toString('utf8', 0, close === -1 ? this.bytes.length : close + 2);
    const end = scanDeclaration(text);
    if (typeof end !== 'number') throw new XmlError(end.reason, text, end);
    // It has only ASCII in it, or it would have been refused.
    this.at = end;
  }

  /** The UTF-16 units before a byte, as long as nothing behind it has been read. */
  unitsBefore(at: number): number {
    return at - this.surplus;
  }

  markup(): void {
    const {bytes, at} = this;
    const next = bytes[at + 1];
    if (next === slash) this.endTag();
    else if (next === 0x21) this.at = behindExclamation(this, at, this.open.length > 0 || this.depth > 0);
    else if (next === 0x3f) this.at = behindInstruction(this, at);
    else this.startTag();
  }

  endTag(): void {
    const {bytes, at} = this;
    const closeStart = this.unitsBefore(at);
    const nameStart = at + 2;
    const nameEnd = behindName(this, nameStart);
    const close = behindSpaces(bytes, nameEnd);
    if (bytes[close] !== greater) fail(this, '">" is missing at the end of the tag', close);
    const element = this.open.pop();
    const start = this.starts.pop();
    if (nameEnd === nameStart) fail(this, 'the end tag has no name', at, close + 1);
    if (element === undefined || start === undefined) {
      fail(this, `</${bytes.toString('utf8', nameStart, nameEnd)}> closes nothing`, at, close + 1);
      return;
    }
    if (!isName(this, start + 1, nameStart, nameEnd - nameStart)) {
      const name = bytes.toString('utf8', nameStart, nameEnd);
      fail(this, `</${name}> does not match the start tag <${nameAt(this, start)}>`, at, close + 1);
    }
    this.at = close + 1;
    this.close(element, closeStart);
  }

  startTag(): void {
    const {bytes, at: start, open} = this;
    const units = this.unitsBefore(start);
    if (!startsName(bytes, start + 1)) fail(this, 'a name must follow "<"', start + 1);
    const colon = behindLocalName(this, start + 1);
    const nameEnd = bytes[colon] === 0x3a ? behindName(this, colon) : colon;
    if (nameEnd >= bytes.length) fail(this, `the tag <${nameAt(this, start)}> is not closed`, start, bytes.length);
    if (open.length === 0 && this.depth === 0 && this.index.count > 0)
      fail(this, 'there is a second document element', start, behindCharacter(bytes, nameEnd));
    if (open.length + this.depth > maxDepth)
      fail(this, `elements are nested more than ${maxDepth} deep`, start, nameEnd);
    const element = this.index.begin(units, open.at(-1) ?? -1);
    this.at = nameEnd;
    const qualified = this.attributes(element, start);
    const openEnd = this.unitsBefore(this.at);
    this.index.set(element, field.openEnd, openEnd);
    if (qualified || nameEnd !== colon) this.checkNames(element, start);
    if (bytes[this.at - 2] === slash) {
      this.close(element, openEnd);
      return;
    }
    open.push(element);
    this.starts.push(start);
  }

  /** @param closeStart in UTF-16 units */
  close(element: number, closeStart: number): void {
    this.index.set(element, field.closeStart, closeStart);
    this.index.set(element, field.end, this.unitsBefore(this.at));
    this.index.set(element, field.after, this.index.count);
    // Prefixes of an element that is closed bind nobody any more.
    if (this.prefixes.size > 0) this.prefixes.get(element)?.clear();
  }

  /** Reads attributes up to and including the end of the tag; true where a name among them has to do with namespaces. */
  attributes(element: number, start: number): boolean {
    const {bytes, names} = this;
    let qualified = false;
    names.length = 0;
    for (;;) {
      const before = this.at;
      this.at = behindSpaces(bytes, before);
      const code = bytes[this.at];
      if (code === greater) {
        this.at++;
        break;
      }
      if (code === slash) {
        if (bytes[this.at + 1] !== greater) fail(this, '">" is missing behind "/"', this.at + 1);
        this.at += 2;
        break;
      }
      if (code === undefined) fail(this, `the tag <${nameAt(this, start)}> is not closed`, start, bytes.length);
      if (!startsName(bytes, this.at)) fail(this, `not an attribute of <${nameAt(this, start)}>`, this.at);
      if (this.at === before) fail(this, 'white space is missing between attributes', this.at);
      qualified = this.attribute(element) || qualified;
    }
    checkTwins(this, names, start);
    return qualified;
  }

  attribute(element: number): boolean {
    const {bytes, at: start} = this;
    const colon = behindLocalName(this, start);
    const nameEnd = bytes[colon] === 0x3a ? behindName(this, colon) : colon;
    const equals = behindSpaces(bytes, nameEnd);
    if (bytes[equals] !== 0x3d)
      fail(this, `"=" is missing after the attribute ${bytes.toString('utf8', start, nameEnd)}`, equals);
    const quote = behindSpaces(bytes, equals + 1);
    const code = bytes[quote];
    if (code !== 0x22 && code !== 0x27)
      fail(this, `the value of the attribute ${bytes.toString('utf8', start, nameEnd)} has no quotes`, quote);
    this.at = behindValue(this, quote, start, nameEnd);
    this.names.push(start, nameEnd);
    if (nameEnd === colon && !isXmlns(bytes, start, nameEnd)) return false;
    const name = bytes.toString('utf8', start, nameEnd);
    this.declare(element, {name, value: attributeText(bytes.toString('utf8', quote + 1, this.at - 1))}, start);
    return true;
  }

  declare(element: number, attribute: {readonly name: string; readonly value: string}, start: number): void {
    const reason = attributeFault(attribute);
    if (reason !== undefined) fail(this, reason, start, this.at);
    const {name, value} = attribute;
    if (!isDeclaration(name) || name === 'xmlns') return;
    const declared = this.prefixes.get(element) ?? new Map<string, string>();
    this.prefixes.set(element, declared.set(name.slice(6), value));
  }

  checkNames(element: number, start: number): void {
    const {names, bytes} = this;
    const attributes = names.flatMap((from, index) =>
      index % 2 === 0 ? [bytes.toString('utf8', from, names[index + 1])] : [],
    );
    const scope: NamespaceScope = {uriOf: (prefix) => this.prefixes.get(element)?.get(prefix) ?? this.uriOf(prefix)};
    const reason = elementFault(scope, nameAt(this, start), attributes);
    if (reason !== undefined) fail(this, reason, start, this.at);
  }

  /** The namespace that a prefix stands for in the innermost open element. */
  uriOf(prefix: string): string | undefined {
    for (const element of this.open.toReversed()) {
      const uri = this.prefixes.get(element)?.get(prefix);
      if (uri !== undefined) return uri;
    }
    return undefined;
  }
}
