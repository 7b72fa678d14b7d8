import {SaxesParser} from 'saxes';
import {expect, test} from 'vitest';
import {lineOf} from '../../src/iis/config-file.ts';
import {applyEdits, type Edit} from '../../src/iis/text/edit.ts';
import {editDocument} from '../../src/iis/text/edit-document.ts';
import {escapeAttribute} from '../../src/iis/text/escape-xml.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {positionOf} from '../../src/iis/text/position.ts';
import {XmlError} from '../../src/iis/text/xml-error.ts';
import type {XmlDocument, XmlElement} from '../../src/iis/text/xml-node.ts';
import {fc} from '../support/properties.ts';

/** A document type declaration is no fault for saxes: what is compared has none. */
const placeBySaxes = (text: string): string => {
  const parser = new SaxesParser({xmlns: true, position: true});
  let place = 'well-formed';
  parser.on('error', ({message}) => {
    if (place === 'well-formed') place = message.split(':').slice(0, 2).join(':');
  });
  try {
    parser.write(text).close();
  } catch {
    // It may stumble over its own recovery; the first fault is what counts.
  }
  return place;
};

const placeByUs = (text: string): string => {
  try {
    parseXml(text);
    return 'well-formed';
  } catch (error) {
    if (error instanceof XmlError) return `${error.line}:${error.column}`;
    throw error;
  }
};

const names = fc.constantFrom('a', 'rule', 'add', 'é-1', 'system.webServer');
const attribute = fc
  .tuple(names, fc.string({maxLength: 5}).map(escapeAttribute), fc.constantFrom(' ', '\r\n  ', '\t'))
  .map(([name, value, space]) => `${space}${name}="${value}"`);
const filler = fc.constantFrom(
  '',
  '\r\n  ',
  '\n',
  'text',
  '<!-- c -->',
  '<![CDATA[<]]>',
  '&amp;',
  '<?pi x?>',
  ' ]] ',
  '🙂',
);

const {element} = fc.letrec<{element: string}>((tie) => ({
  element: fc
    .tuple(
      names,
      fc.uniqueArray(attribute, {maxLength: 3, selector: (text) => text.trim().split('=')[0]}),
      fc.array(fc.oneof({maxDepth: 4}, filler, tie('element')), {maxLength: 5}),
    )
    .map(([name, attributes, children]) =>
      children.length === 0
        ? `<${name}${attributes.join('')} />`
        : `<${name}${attributes.join('')}>${children.join('')}</${name}>`,
    ),
}));
const documents = fc
  .tuple(fc.constantFrom('', '<?xml version="1.0" encoding="UTF-8"?>\r\n', '<!-- c -->\n'), element)
  .map(([prolog, root]) => `${prolog}${root}\r\n`);

const pieces = [
  ...['<', '>', '&', '"', "'", '=', '/', '!', '?', '-', ']', ';', ':', ' ', '\n', '\r', 'a', '#', '1', '🙂', '\u0001'],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '</',
    '/>',
    '&#',
    '&amp;',
    '<?xml',
    '<?x ',
    '?>',
    '<a b="c"',
    '<rule/>',
    '<a>',
    '</a>',
  ],
];
const damage = fc.record({
  at: fc.double({min: 0, max: 1, noNaN: true}),
  remove: fc.nat({max: 3}),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...pieces)),
});

const place = (text: string, {at, remove, insert}: {at: number; remove: number; insert: string}): Edit => {
  const from = Math.floor(at * text.length);
  return {at: from, remove: Math.min(remove, text.length - from), insert};
};

/** Where the comparison says nothing, because saxes is laxer there or counts otherwise. */
const incomparable: readonly RegExp[] = [
  // Namespaces, and half of a pair: saxes lets more through.
  /xmlns|<[^>]*:/,
  /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/,
  // What follows a fault of the XML declaration's own, and a document type declaration, which is none for saxes.
  /<\?xml|<!D/,
  // A "?" right behind the target of an instruction.
  /<\?[^\s?]+\?(?!>)/,
  // A CR at the very end, which saxes keeps for a next piece.
  /\r$/,
  // A pair within the seven units that saxes reads behind an unknown "<!": it counts both halves.
  /<!(?!--|\[CDATA\[)[\s\S]{0,6}[\uD800-\uDBFF]/,
];

const comparable = (text: string): boolean => !incomparable.some((what) => what.test(text));

test('a damaged document is refused at the line and column at which saxes stops', () => {
  let refused = 0;
  fc.assert(
    fc.property(documents, fc.array(damage, {minLength: 1, maxLength: 2}), (text, damages) => {
      const damaged = damages.reduce((current, one) => applyEdits(current, [place(current, one)]), text);
      fc.pre(comparable(damaged));
      const expected = placeBySaxes(damaged);
      expect(placeByUs(damaged)).toBe(expected);
      if (expected !== 'well-formed') refused++;
    }),
    {numRuns: 6000},
  );
  expect(refused).toBeGreaterThan(1000);
});

const shape = (one: XmlElement): unknown => ({
  name: one.name,
  attributes: one.attributes,
  at: [one.depth, one.start, one.openEnd, one.closeStart, one.end, one.selfClosing],
  parent: one.parent?.start,
  children: one.children.map(shape),
});

const parsedOr = (make: () => XmlDocument): unknown => {
  try {
    const {text, root} = make();
    return {text, root: shape(root)};
  } catch (error) {
    if (error instanceof XmlError) return `${error.message} at ${error.offset}`;
    throw error;
  }
};

const elementsOf = (one: XmlElement): readonly XmlElement[] => [one, ...one.children.flatMap(elementsOf)];

const linesOf = (document: XmlDocument): readonly number[] =>
  elementsOf(document.root).map((one) => lineOf({document}, one));

test.each([
  ['text right behind a root without content', '<a/>', {at: 4, remove: 0, insert: 'b'}],
  ['a second root right behind one without content', '<a/>', {at: 4, remove: 0, insert: '<b/>'}],
  ['a comment right behind a root without content', '<a/>\r\n', {at: 4, remove: 2, insert: '<!-- c -->'}],
  ['an element right behind one without content', '<a><b/></a>', {at: 7, remove: 0, insert: '<c/>'}],
  ['text between the tags of an element', '<a><b></b></a>', {at: 6, remove: 0, insert: 't'}],
])('%s is read as the whole document would be', (_name, text, edit) => {
  const document = parseXml(text);
  expect(parsedOr(() => editDocument(document, [edit]))).toEqual(parsedOr(() => parseXml(applyEdits(text, [edit]))));
});

test('an edited document is what parsing the edited text gives, fault or not, edit after edit', () => {
  fc.assert(
    fc.property(
      documents,
      fc.array(fc.array(damage, {minLength: 1, maxLength: 2}), {minLength: 1, maxLength: 3}),
      (text, rounds) => {
        let document: XmlDocument = parseXml(text);
        for (const round of rounds) {
          const edits = round.map((one) => place(document.text, one)).toSorted((a, b) => a.at - b.at);
          const [first, second] = edits;
          if (first && second && second.at < first.at + first.remove) return;
          const before = document;
          const after = applyEdits(before.text, edits);
          const expected = parsedOr(() => parseXml(after));
          expect(parsedOr(() => editDocument(before, edits))).toEqual(expected);
          if (typeof expected === 'string') return;
          document = editDocument(before, edits);
          expect(linesOf(document)).toEqual(elementsOf(document.root).map(({start}) => positionOf(after, start).line));
        }
      },
    ),
    {numRuns: 3000},
  );
});
