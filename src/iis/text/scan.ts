import {type ElementIndex, field, GrowingIndex} from './element-index.ts';
import {attributeFault, elementFault, isDeclaration, type NamespaceScope} from './namespaces.ts';
import {scanDeclaration} from './scan-declaration.ts';
import {behindBlank, behindExclamation, behindInstruction, behindText} from './scan-markup.ts';
import {checkTwins, hasColon, isName, isXmlns, nameAt} from './scan-names.ts';
import {behindCharacter, behindName, behindSpaces, behindValue, fail, startsName} from './scan-tag.ts';
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
export const scanDocument = (text: string): Scan => new Scanner(text).document();

/**
 * Scans content that stands inside of some element: character data and whole elements. Parents and positions are
 * relative to the content; its outermost elements have the parent -1.
 * @throws XmlError
 */
export const scanContent = (text: string, depth: number): Scan => new Scanner(text, depth).content();

class Scanner implements NamespaceScope {
  readonly text: string;
  readonly index: GrowingIndex;
  /** Elements that are open, the innermost last. */
  readonly open: number[] = [];
  /** Prefixes by the element that declares them. */
  readonly prefixes = new Map<number, Map<string, string>>();
  /** Depth of the text's outermost elements; above 0 there may be several. */
  readonly depth: number;
  /** Names and values of the attributes of one start tag, as pairs of offsets of the names. */
  readonly names: number[] = [];
  at = 0;

  constructor(text: string, depth = 0) {
    this.text = text;
    this.depth = depth;
    this.index = new GrowingIndex(Math.ceil(text.length / unitsPerElement));
  }

  document(): Scan {
    const {text} = this;
    if (/^<\?xml[\s?]/.test(text)) this.declaration();
    this.parts();
    if (this.index.count === 0) fail(this, 'there is no document element', text.length, text.length);
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
    const {text} = this;
    const {length} = text;
    while (this.at < length) {
      if (text.charCodeAt(this.at) === 0x3c) this.markup();
      else if (this.open.length > 0 || this.depth > 0) this.at = behindText(this, this.at);
      else this.at = behindBlank(this, this.at);
    }
    const unclosed = this.open.at(-1);
    if (unclosed !== undefined) {
      const start = this.index.get(unclosed, field.start);
      fail(this, `the element <${nameAt(text, start)}> is not closed`, start, length);
    }
  }

  declaration(): void {
    const end = scanDeclaration(this.text);
    if (typeof end !== 'number') throw new XmlError(end.reason, this.text, end);
    this.at = end;
  }

  markup(): void {
    const {text, at} = this;
    const next = text.charCodeAt(at + 1);
    if (next === slash) this.endTag();
    else if (next === 0x21) this.at = behindExclamation(this, at, this.open.length > 0 || this.depth > 0);
    else if (next === 0x3f) this.at = behindInstruction(this, at);
    else this.startTag();
  }

  endTag(): void {
    const {text, at} = this;
    const nameStart = at + 2;
    const nameEnd = behindName(text, nameStart);
    const close = behindSpaces(text, nameEnd);
    if (text.charCodeAt(close) !== greater) fail(this, '">" is missing at the end of the tag', close);
    const element = this.open.pop();
    if (nameEnd === nameStart) fail(this, 'the end tag has no name', at, close + 1);
    if (element === undefined) {
      fail(this, `</${text.slice(nameStart, nameEnd)}> closes nothing`, at, close + 1);
      return;
    }
    const start = this.index.get(element, field.start);
    if (!isName(text, start + 1, nameStart, nameEnd - nameStart)) {
      const name = text.slice(nameStart, nameEnd);
      fail(this, `</${name}> does not match the start tag <${nameAt(text, start)}>`, at, close + 1);
    }
    this.at = close + 1;
    this.close(element, at);
  }

  startTag(): void {
    const {text, at: start, open} = this;
    if (!startsName(text, start + 1)) fail(this, 'a name must follow "<"', start + 1);
    const nameEnd = behindName(text, start + 1);
    if (nameEnd >= text.length) fail(this, `the tag <${nameAt(text, start)}> is not closed`, start, text.length);
    if (open.length === 0 && this.depth === 0 && this.index.count > 0)
      fail(this, 'there is a second document element', start, behindCharacter(text, nameEnd));
    if (open.length + this.depth > maxDepth)
      fail(this, `elements are nested more than ${maxDepth} deep`, start, nameEnd);
    const element = this.index.begin(start, open.at(-1) ?? -1);
    this.at = nameEnd;
    const qualified = this.attributes(element, start);
    this.index.set(element, field.openEnd, this.at);
    if (qualified || text.charCodeAt(start + 1) === 0x3a || hasColon(text, start + 1, nameEnd))
      this.checkNames(element, start);
    if (text.charCodeAt(this.at - 2) === slash) this.close(element, this.at);
    else open.push(element);
  }

  close(element: number, closeStart: number): void {
    this.index.set(element, field.closeStart, closeStart);
    this.index.set(element, field.end, this.at);
    this.index.set(element, field.after, this.index.count);
    // Prefixes of an element that is closed bind nobody any more.
    if (this.prefixes.size > 0) this.prefixes.get(element)?.clear();
  }

  /** Reads attributes up to and including the end of the tag; true where a name among them has to do with namespaces. */
  attributes(element: number, start: number): boolean {
    const {text, names} = this;
    let qualified = false;
    names.length = 0;
    for (;;) {
      const before = this.at;
      this.at = behindSpaces(text, before);
      const code = text.charCodeAt(this.at);
      if (code === greater) {
        this.at++;
        break;
      }
      if (code === slash) {
        if (text.charCodeAt(this.at + 1) !== greater) fail(this, '">" is missing behind "/"', this.at + 1);
        this.at += 2;
        break;
      }
      if (this.at >= text.length) fail(this, `the tag <${nameAt(text, start)}> is not closed`, start, text.length);
      if (!startsName(text, this.at)) fail(this, `not an attribute of <${nameAt(text, start)}>`, this.at);
      if (this.at === before) fail(this, 'white space is missing between attributes', this.at);
      qualified = this.attribute(element) || qualified;
    }
    checkTwins(this, names, start);
    return qualified;
  }

  attribute(element: number): boolean {
    const {text, at: start} = this;
    const nameEnd = behindName(text, start);
    const equals = behindSpaces(text, nameEnd);
    if (text.charCodeAt(equals) !== 0x3d)
      fail(this, `"=" is missing after the attribute ${text.slice(start, nameEnd)}`, equals);
    const quote = behindSpaces(text, equals + 1);
    const code = text.charCodeAt(quote);
    if (code !== 0x22 && code !== 0x27)
      fail(this, `the value of the attribute ${text.slice(start, nameEnd)} has no quotes`, quote);
    this.at = behindValue(this, quote, start, nameEnd);
    this.names.push(start, nameEnd);
    const qualified = hasColon(text, start, nameEnd) || isXmlns(text, start, nameEnd);
    if (qualified)
      this.declare(
        element,
        {name: text.slice(start, nameEnd), value: attributeText(text.slice(quote + 1, this.at - 1))},
        start,
      );
    return qualified;
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
    const {names, text} = this;
    const attributes = names.flatMap((from, index) => (index % 2 === 0 ? [text.slice(from, names[index + 1])] : []));
    const scope: NamespaceScope = {uriOf: (prefix) => this.prefixes.get(element)?.get(prefix) ?? this.uriOf(prefix)};
    const reason = elementFault(scope, nameAt(text, start), attributes);
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
