import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {SaxesParser} from 'saxes';
import {describe, expect, test} from 'vitest';
import {addElements} from '../../src/iis/add.ts';
import type {ElementSpec} from '../../src/iis/element-spec.ts';
import {type ElementPlace, findItem} from '../../src/iis/find.ts';
import {removeElement} from '../../src/iis/remove.ts';
import {decodeText, encodeText} from '../../src/iis/text/decode.ts';
import {applyEdits} from '../../src/iis/text/edit.ts';
import {parseXml} from '../../src/iis/text/parse-xml.ts';
import type {XmlElement} from '../../src/iis/text/xml-node.ts';
import {toSpec} from '../../src/iis/to-spec.ts';
import {filesOfTree} from '../support/memory-server.ts';
import {fc} from '../support/properties.ts';

interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly text: string;
}

const shared = join(import.meta.dirname, '../../../shared/real');
const fixtures = join(import.meta.dirname, '../../fixtures/iis/servers');

const configsIn = (folder: string): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));

/** Every file that can be parsed and is a configuration: what cannot is another test's matter. */
const samplesOf = (files: Readonly<Record<string, Uint8Array>>): readonly Sample[] =>
  Object.entries(files).flatMap(([name, bytes]) => {
    const decoded = decodeText(bytes);
    if ('reason' in decoded) return [];
    try {
      return parseXml(decoded.text).root.name === 'configuration' ? [{name, bytes, text: decoded.text}] : [];
    } catch {
      return [];
    }
  });

const corpus: readonly Sample[] = [
  ...['exchange2019-cu12', 'plain-iis'].flatMap((name) => samplesOf(filesOfTree(join(fixtures, name)))),
  ...(existsSync(shared)
    ? [...samplesOf(configsIn(join(shared, 'configs'))), ...samplesOf(filesOfTree(join(shared, 'exchange2019')))]
    : []),
];

/** Any text that XML can carry, with what is special to XML, to indexers and to line ends in it. */
const value = fc.string({
  unit: fc.oneof(
    {weight: 4, arbitrary: fc.constantFrom(...'abc .*(?=)|{}:', '<', '>', '&', '"', "'", '\t', '\r', '\n', ']')},
    {weight: 1, arbitrary: fc.constantFrom('é', '漢', '🙂', '&amp;', ']]>', '-->')},
  ),
  maxLength: 20,
});

const ruleSpec: fc.Arbitrary<ElementSpec> = fc
  .record({name: value, url: value, conditions: fc.array(fc.tuple(value, value), {maxLength: 3})})
  .map(({name, url, conditions}) => ({
    name: 'rule',
    attributes: [['name', `fresh ${name}`]],
    children: [
      {name: 'match', attributes: [['url', url]], children: []},
      {
        name: 'conditions',
        attributes: [],
        children: conditions.map(([input, pattern]) => ({
          name: 'add',
          attributes: [
            ['input', input],
            ['pattern', pattern],
          ],
          children: [],
        })),
      },
    ],
  }));

const place: fc.Arbitrary<ElementPlace> = fc.record({
  location: fc.constantFrom(null, 'Default Web Site', 'Default Web Site/owa', 'No Such Site/x'),
  section: fc.constantFrom('system.webServer/rewrite/rules', 'system.webServer/rewrite/globalRules'),
  collection: fc.constant(''),
});

const elementsOf = (element: XmlElement): readonly (readonly [string, Record<string, string>])[] => [
  [element.name, Object.fromEntries(element.attributes.map((attribute) => [attribute.name, attribute.value]))],
  ...element.children.flatMap(elementsOf),
];

const bySaxes = (text: string): readonly (readonly [string, Record<string, string>])[] => {
  const seen: (readonly [string, Record<string, string>])[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({name, attributes}) => seen.push([name, {...attributes}]));
  parser.write(text).close();
  return seen;
};

const added = (text: string, at: ElementPlace, element: ElementSpec): string =>
  addElements(parseXml(text), [{...at, element}]);

const itemIn = (text: string, at: ElementPlace, element: ElementSpec): XmlElement | undefined =>
  findItem(parseXml(text), at, {element: 'rule', keys: {name: element.attributes[0]?.[1] ?? ''}});

const without = (text: string, at: ElementPlace, element: ElementSpec, emptyParents: 'remove' | 'leave'): string => {
  const found = itemIn(text, at, element);
  if (!found) throw new Error('the added rule is not there');
  return applyEdits(text, [removeElement(text, found, emptyParents)]);
};

const commonStart = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
};

const reversed = (text: string): string => text.split('').reverse().join('');

describe(`files of the corpus, ${corpus.length} of them`, () => {
  const sample = fc.constantFrom(...corpus);

  test('adding and then removing a rule is the identity, bytes included', () => {
    fc.assert(
      fc.property(sample, place, ruleSpec, ({bytes, text}, at, element) => {
        const decoded = decodeText(bytes);
        if ('reason' in decoded) throw new Error(decoded.reason);
        const back = without(added(text, at, element), at, element, 'remove');
        expect(Buffer.from(encodeText({...decoded, text: back})).equals(Buffer.from(bytes))).toBe(true);
      }),
      {numRuns: 150},
    );
  });

  test('an addition is one run of text: everything before and behind it is what it was', () => {
    fc.assert(
      fc.property(sample, place, ruleSpec, ({text}, at, element) => {
        const after = added(text, at, element);
        const start = commonStart(text, after);
        const end = commonStart(reversed(text), reversed(after));
        expect(start + end).toBeGreaterThanOrEqual(text.length);
      }),
      {numRuns: 100},
    );
  });

  test('the result reads back what was added, and an independent parser sees the same elements', () => {
    fc.assert(
      fc.property(sample, place, ruleSpec, ({text}, at, element) => {
        const after = added(text, at, element);
        const found = itemIn(after, at, element);
        expect(found && toSpec(found)).toEqual(element);
        expect(elementsOf(parseXml(after).root)).toEqual(bySaxes(after));
      }),
      {numRuns: 60},
    );
  });
});

const blank = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\r\n',
  '\n  ',
  '\r\n\t',
  '<!-- a comment -->',
  '\n    <!-- <rules> -->\n',
);

/** A random element around the names that matter: groups twice, empty, self-closing, in locations of every kind. */
const node = (depth: number): fc.Arbitrary<string> => {
  const name = fc.constantFrom(
    'system.webServer',
    'system.webServer',
    'rewrite',
    'rewrite',
    'rules',
    'asp',
    'location path="S"',
    'location path="S" overrideMode="Allow"',
  );
  const empty = fc.tuple(name, fc.constantFrom('/', ' /', '\n/')).map(([tag, end]) => `<${tag}${end}>`);
  if (depth === 0) return empty;
  const full = fc
    .tuple(name, blank, fc.array(fc.tuple(node(depth - 1), blank), {maxLength: 3}))
    .map(([tag, first, parts]) => `<${tag}>${first}${parts.flat().join('')}</${tag.split(' ')[0]}>`);
  return fc.oneof(empty, {weight: 3, arbitrary: full});
};

const document = fc
  .tuple(blank, fc.array(fc.tuple(node(4), blank), {maxLength: 4}))
  .map(([first, parts]) => `<configuration>${first}${parts.flat().join('')}</configuration>`);

const somePlace = fc.record({
  location: fc.constantFrom(null, 'S'),
  section: fc.constant('system.webServer/rewrite/rules'),
  collection: fc.constant(''),
});

describe('random documents', () => {
  test('an addition opens up at most one tag and takes nothing else away', () => {
    fc.assert(
      fc.property(document, somePlace, ruleSpec, (text, at, element) => {
        const after = added(text, at, element);
        const start = commonStart(text, after);
        const end = commonStart(reversed(text), reversed(after));
        const lost = text.slice(start, Math.max(start, text.length - end));
        expect(lost).toMatch(/^\s*\/?>?$/);
        expect(elementsOf(parseXml(after).root)).toEqual(bySaxes(after));
        const found = itemIn(after, at, element);
        expect(found && toSpec(found)).toEqual(element);
      }),
      {numRuns: 500},
    );
  });

  test('an addition makes no second section where there was one at most', () => {
    const section = ({root}: ReturnType<typeof parseXml>, location: string | null): number =>
      (location === null
        ? [root]
        : root.children.filter(({name, attributes}) => name === 'location' && attributes.length > 0)
      )
        .flatMap((holder) => holder.children.filter(({name}) => name === 'system.webServer'))
        .flatMap((group) => group.children.filter(({name}) => name === 'rewrite'))
        .flatMap((group) => group.children.filter(({name}) => name === 'rules')).length;
    fc.assert(
      fc.property(document, somePlace, ruleSpec, (text, at, element) => {
        const before = section(parseXml(text), at.location);
        const after = section(parseXml(added(text, at, element)), at.location);
        expect(after).toBe(Math.max(before, 1));
      }),
      {numRuns: 500},
    );
  });

  test('removing what was added leaves every other element with its attributes, in order', () => {
    const containers = new Set(['system.webServer', 'rewrite', 'rules', 'location']);
    const others = (text: string): unknown => elementsOf(parseXml(text).root).filter(([name]) => !containers.has(name));
    fc.assert(
      fc.property(
        document,
        somePlace,
        ruleSpec,
        fc.constantFrom('remove' as const, 'leave' as const),
        (text, at, element, parents) => {
          expect(others(without(added(text, at, element), at, element, parents))).toEqual(others(text));
        },
      ),
      {numRuns: 300},
    );
  });
});
