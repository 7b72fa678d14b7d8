import {illegalCharacter, namePattern, resolveReference} from './characters.ts';
import {namespaceFault} from './namespaces.ts';
import {XmlError} from './xml-error.ts';
import type {XmlAttribute, XmlDocument} from './xml-node.ts';

/** What the parser fills in while an element is open; handed out as XmlElement. */
interface OpenElement {
  name: string;
  attributes: XmlAttribute[];
  children: OpenElement[];
  parent: OpenElement | undefined;
  depth: number;
  start: number;
  openEnd: number;
  closeStart: number;
  end: number;
  selfClosing: boolean;
  /** Prefixes declared by this element and their URIs, `undefined` when none: most elements declare nothing. */
  prefixes: Map<string, string> | undefined;
}

/** A configuration file is a few levels deep; the limit keeps a hostile one from exhausting the stack of whoever walks it. */
const maxDepth = 256;
const less = 0x3c;
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/**
 * Parses once and remembers every offset. Strict: what XmlLite or any conforming parser refuses is refused here, with
 * the offset; a document type declaration is refused too, IIS allows none.
 * @throws XmlError
 */
export const parseXml = (text: string): XmlDocument => new Parser(text).document();

class Parser {
  readonly text: string;
  at = 0;
  current: OpenElement | undefined;
  root: OpenElement | undefined;

  constructor(text: string) {
    this.text = text;
  }

  document(): XmlDocument {
    const illegal = illegalCharacter.exec(this.text);
    if (illegal) this.fail('a character that XML does not allow', illegal.index);
    this.declaration();
    const {text} = this;
    while (this.at < text.length) {
      if (text.charCodeAt(this.at) === less) this.markup();
      else this.characterData();
    }
    if (this.current) this.fail(`the element <${this.current.name}> is not closed`, this.text.length);
    if (!this.root) return this.fail('there is no document element', this.text.length);
    return {text, root: this.root};
  }

  declaration(): void {
    if (!/^<\?xml[\s?]/.test(this.text)) return;
    const pattern =
      /^<\?xml\s+version\s*=\s*(?:"1\.[0-9]+"|'1\.[0-9]+')(?:\s+encoding\s*=\s*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;
    const match = pattern.exec(this.text);
    if (!match) throw new XmlError('the XML declaration is malformed', this.text, 0);
    this.at = match[0].length;
  }

  markup(): void {
    const {text, at} = this;
    const next = text.charCodeAt(at + 1);
    if (next === 0x2f) this.endTag();
    else if (next === 0x21) {
      if (text.startsWith('<!--', at)) this.comment();
      else if (text.startsWith('<![CDATA[', at)) this.cdata();
      else this.fail('a document type declaration is not allowed in a configuration file');
    } else if (next === 0x3f) this.instruction();
    else this.startTag();
  }

  characterData(): void {
    const {text, at} = this;
    const next = text.indexOf('<', at);
    const end = next === -1 ? text.length : next;
    if (this.current) {
      const run = text.slice(at, end);
      const bracket = run.indexOf(']]>');
      if (bracket !== -1) this.fail('"]]>" is not allowed in text', at + bracket);
      if (run.includes('&')) this.resolve(run, at);
    } else {
      for (let index = at; index < end; index++) {
        if (!isSpace(text.charCodeAt(index))) this.fail('text outside of the document element', index);
      }
    }
    this.at = end;
  }

  comment(): void {
    const {text, at} = this;
    const dashes = text.indexOf('--', at + 4);
    if (dashes === -1) this.fail('the comment is not closed');
    if (text.charCodeAt(dashes + 2) !== 0x3e) this.fail('"--" is not allowed inside a comment', dashes);
    this.at = dashes + 3;
  }

  cdata(): void {
    const end = this.text.indexOf(']]>', this.at);
    if (!this.current) this.fail('text outside of the document element');
    if (end === -1) this.fail('the CDATA section is not closed');
    this.at = end + 3;
  }

  instruction(): void {
    const {text, at} = this;
    const target = this.name(at + 2, 'the processing instruction has no target');
    if (target.toLowerCase() === 'xml') this.fail('an XML declaration is only allowed at the very start');
    if (target.includes(':')) this.fail('the target of a processing instruction must not hold a colon', at + 2);
    const afterTarget = at + 2 + target.length;
    const end = text.indexOf('?>', afterTarget);
    if (end === -1) this.fail('the processing instruction is not closed');
    if (end !== afterTarget && !isSpace(text.charCodeAt(afterTarget)))
      this.fail('the processing instruction is malformed');
    this.at = end + 2;
  }

  endTag(): void {
    const {text, at, current} = this;
    const name = this.name(at + 2, 'the end tag has no name');
    if (!current) throw new XmlError(`</${name}> closes nothing`, text, at);
    if (current.name !== name) this.fail(`</${name}> does not match the start tag <${current.name}>`);
    const end = this.skipSpace(at + 2 + name.length);
    if (text.charCodeAt(end) !== 0x3e) this.fail('">" is missing at the end of the tag', end);
    current.closeStart = at;
    this.at = end + 1;
    this.close(current);
  }

  startTag(): void {
    const start = this.at;
    const name = this.name(start + 1, 'a name must follow "<"');
    const parent = this.current;
    if (!parent && this.root) this.fail('there is a second document element', start);
    const depth = parent ? parent.depth + 1 : 0;
    if (depth > maxDepth) this.fail(`elements are nested more than ${maxDepth} deep`, start);
    // One object literal, so that all elements have one hidden class.
    const element: OpenElement = {
      name,
      attributes: [],
      children: [],
      parent,
      depth,
      start,
      openEnd: 0,
      closeStart: 0,
      end: 0,
      selfClosing: false,
      prefixes: undefined,
    };
    this.at = start + 1 + name.length;
    this.attributes(element);
    if (parent) parent.children.push(element);
    else this.root = element;
    this.current = element;
    this.checkNamespaces(element);
    element.openEnd = this.at;
    if (element.selfClosing) {
      element.closeStart = this.at;
      this.close(element);
    }
  }

  /** Reads attributes up to and including the end of the tag. */
  attributes(element: OpenElement): void {
    const {text} = this;
    for (;;) {
      const before = this.at;
      this.at = this.skipSpace(before);
      const code = text.charCodeAt(this.at);
      if (code === 0x3e) {
        this.at++;
        return;
      }
      if (code === 0x2f && text.charCodeAt(this.at + 1) === 0x3e) {
        element.selfClosing = true;
        this.at += 2;
        return;
      }
      if (this.at >= text.length) this.fail(`the tag <${element.name}> is not closed`, element.start);
      if (this.at === before) this.fail('white space is missing between attributes');
      this.attribute(element);
    }
  }

  attribute(element: OpenElement): void {
    const {text} = this;
    const start = this.at;
    const name = this.name(start, `not an attribute of <${element.name}>`);
    let at = this.skipSpace(start + name.length);
    if (text.charCodeAt(at) !== 0x3d) this.fail(`"=" is missing after the attribute ${name}`, at);
    at = this.skipSpace(at + 1);
    const quote = text.charCodeAt(at);
    if (quote !== 0x22 && quote !== 0x27) this.fail(`the value of the attribute ${name} has no quotes`, at);
    const valueStart = at + 1;
    const valueEnd = text.indexOf(quote === 0x22 ? '"' : "'", valueStart);
    if (valueEnd === -1) this.fail(`the value of the attribute ${name} is not closed`, at);
    const raw = text.slice(valueStart, valueEnd);
    const bracket = raw.indexOf('<');
    if (bracket !== -1) this.fail(`"<" is not allowed in the value of the attribute ${name}`, valueStart + bracket);
    for (const other of element.attributes) {
      if (other.name === name) this.fail(`the attribute ${name} stands twice in <${element.name}>`, start);
    }
    this.at = valueEnd + 1;
    const value = this.attributeText(raw, valueStart);
    element.attributes.push({name, value, start, end: this.at, valueStart, valueEnd});
    if (name.startsWith('xmlns:')) {
      element.prefixes ??= new Map();
      element.prefixes.set(name.slice(6), value);
    }
  }

  attributeText(raw: string, offset: number): string {
    const spaced = /[\t\n\r]/.test(raw) ? raw.replace(/\r\n|[\t\n\r]/g, ' ') : raw;
    if (!raw.includes('&')) return spaced;
    this.resolve(raw, offset);
    return spaced.replace(/&([^;]*);/g, (_, reference: string) => resolveReference(reference) ?? '');
  }

  /** Fails at the first `&` that begins no known reference. */
  resolve(raw: string, offset: number): void {
    for (let index = raw.indexOf('&'); index !== -1; index = raw.indexOf('&', index + 1)) {
      const end = raw.indexOf(';', index);
      if (end === -1 || resolveReference(raw.slice(index + 1, end)) === undefined) {
        this.fail('"&" begins no reference that is known here', offset + index);
      }
    }
  }

  checkNamespaces(element: OpenElement): void {
    const fault = namespaceFault(element);
    if (fault) this.fail(fault.reason, fault.offset);
  }

  close(element: OpenElement): void {
    element.end = this.at;
    this.current = element.parent;
  }

  name(at: number, otherwise: string): string {
    namePattern.lastIndex = at;
    const match = namePattern.exec(this.text);
    if (!match) return this.fail(otherwise, at);
    return match[0];
  }

  skipSpace(from: number): number {
    let at = from;
    while (isSpace(this.text.charCodeAt(at))) at++;
    return at;
  }

  fail(reason: string, offset = this.at): never {
    throw new XmlError(reason, this.text, offset);
  }
}
