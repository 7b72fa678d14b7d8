import {expect, test} from 'vitest';
import {C14nCanonicalization, ExclusiveCanonicalization} from 'xml-crypto';
import {canonicalize} from '../../src/trust/xml/canonicalize.ts';
import {parseDom} from '../../src/trust/xml/dom.ts';
import {fc} from '../support/properties.ts';

const inclusive = (xml: string): string => canonicalize(parseDom(xml).documentElement, 'inclusive');

test('attributes are sorted, empty tags opened, quotes and line ends normalised, comments gone', () => {
  expect(inclusive("<a b='1'\r\n  a='x\"&#9;'><!-- c --><b/>&#13;<![CDATA[<&]]></a>")).toBe(
    '<a a="x&quot;&#x9;" b="1"><b></b>&#xD;&lt;&amp;</a>',
  );
});

test('namespaces stand where they are declared first, and not again', () => {
  expect(inclusive('<a xmlns="u" xmlns:z="z" xmlns:b="b"><b:c xmlns="u" xmlns:b="b" z:q="1" p="2"/></a>')).toBe(
    '<a xmlns="u" xmlns:b="b" xmlns:z="z"><b:c p="2" z:q="1"></b:c></a>',
  );
  expect(inclusive('<a xmlns="u"><b xmlns=""/></a>')).toBe('<a xmlns="u"><b xmlns=""></b></a>');
});

test('the exclusive form declares only what an element uses', () => {
  const {documentElement} = parseDom('<a xmlns="u" xmlns:z="z"><c z:q="1"/></a>');
  expect(canonicalize(documentElement, 'exclusive')).toBe('<a xmlns="u"><c xmlns:z="z" z:q="1"></c></a>');
});

const name = fc.constantFrom('a', 'b', 'Config', 'rule', 'é', 'x-1');
const value = fc.string({
  unit: fc.constantFrom('a', ' ', '&amp;', '&lt;', '&#9;', '&#10;', '&#13;', '&gt;', 'ü', '\u{1F600}', "'"),
});
const {tree} = fc.letrec<{tree: string}>((tie) => ({
  tree: fc
    .tuple(
      name,
      fc.uniqueArray(fc.tuple(name, value), {selector: ([key]) => key, maxLength: 3}),
      fc.constantFrom('', ' xmlns="u"', ' xmlns="v"', ' xmlns=""', ' xmlns:p="p"'),
      fc.array(fc.oneof({depthSize: 'small', withCrossShrink: true}, value, tie('tree')), {maxLength: 4}),
    )
    .map(([tag, attributes, namespace, content]) => {
      const list = attributes.map(([key, text]) => ` ${key}="${text}"`).join('');
      return `<${tag}${list}${namespace}>${content.join('')}</${tag}>`;
    }),
}));

test('both forms are those of xml-crypto', () => {
  fc.assert(
    fc.property(tree, (xml) => {
      const {documentElement} = parseDom(xml);
      expect(canonicalize(documentElement, 'inclusive')).toBe(new C14nCanonicalization().process(documentElement, {}));
      expect(canonicalize(documentElement, 'exclusive')).toBe(
        new ExclusiveCanonicalization().process(documentElement, {}),
      );
    }),
    {numRuns: 400},
  );
});
