import {describe, expect, test} from 'vitest';
import {removeElement} from '../../src/iis/remove.ts';
import {setAttribute} from '../../src/iis/set-attribute.ts';
import {applyEdits} from '../../src/iis/text/edit.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import {attributeValue, type XmlElement} from '../../src/iis/text/xml-node.ts';

const marked = (element: XmlElement): XmlElement | undefined =>
  attributeValue(element, 'name') === 'x' ? element : element.children.map(marked).find((found) => found !== undefined);

const target = (text: string): XmlElement => {
  const found = marked(parseXml(text).root);
  if (!found) throw new Error('no element with name="x"');
  return found;
};

const removed = (text: string, emptyParents: 'remove' | 'leave' = 'remove'): string =>
  applyEdits(text, [removeElement(text, target(text), emptyParents)]);

describe('a removal', () => {
  test.each([
    [
      'takes the white space before it along',
      '<c>\n  <a />\n  <r name="x" />\n  <b />\n</c>',
      '<c>\n  <a />\n  <b />\n</c>',
    ],
    [
      'keeps a comment before it',
      '<c>\n  <!-- k -->\n  <r name="x" />\n  <b />\n</c>',
      '<c>\n  <!-- k -->\n  <b />\n</c>',
    ],
    [
      'takes parents that are empty then',
      '<c>\n  <w>\n    <l>\n      <r name="x" />\n    </l>\n  </w>\n  <b />\n</c>',
      '<c>\n  <b />\n</c>',
    ],
    ['never takes the document element', '<c>\n  <r name="x" />\n</c>', '<c>\n</c>'],
    ['keeps a parent with a comment', '<c><w><!-- k --><r name="x" /></w></c>', '<c><w><!-- k --></w></c>'],
    ['keeps a parent with text', '<c><w>k<r name="x" /></w></c>', '<c><w>k</w></c>'],
    ['keeps a parent with an attribute', '<c><w a="b"><r name="x" /></w></c>', '<c><w a="b"></w></c>'],
    ['takes an empty location', '<c>\n<location path="S"><w><r name="x" /></w></location>\n</c>', '<c>\n</c>'],
    [
      'keeps a location that says more than its path',
      '<c><location path="S" overrideMode="Allow"><w><r name="x" /></w></location></c>',
      '<c><location path="S" overrideMode="Allow"></location></c>',
    ],
  ])('%s', (_, before, after) => {
    expect(removed(before)).toBe(after);
  });

  test('can leave empty parents, since it is not known what IIS does with them', () => {
    expect(removed('<c>\n  <w>\n    <r name="x" />\n  </w>\n</c>', 'leave')).toBe('<c>\n  <w>\n  </w>\n</c>');
  });
});

describe('setting an attribute', () => {
  const set = (text: string, name: string, value: string): string =>
    applyEdits(text, [setAttribute(target(text), name, value)]);

  test.each([
    [
      'replaces the value in place',
      '<c><p name="x"  auto = "true" b="1"/></c>',
      '<c><p name="x"  auto = "false" b="1"/></c>',
    ],
    ['appends what is absent behind the others', '<c><p name="x" /></c>', '<c><p name="x" auto="false" /></c>'],
    [
      'appends behind the last one of several lines',
      '<c><p name="x"\n  b="1"\n/></c>',
      '<c><p name="x"\n  b="1" auto="false"\n/></c>',
    ],
  ])('%s', (_, before, after) => {
    expect(set(before, 'auto', 'false')).toBe(after);
  });

  test.each([
    [`<c><p name="x" v='old' /></c>`, `it's`],
    [`<c><p name="x" v='old' /></c>`, `a "quoted" word`],
    [`<c><p name="x" v="old" /></c>`, `<&> "both" 'kinds'`],
    [`<c><p name="x" v="old" /></c>`, ``],
  ])('%s takes %s and gives it back', (before, value) => {
    expect(attributeValue(target(set(before, 'v', value)), 'v')).toBe(value);
  });
});
