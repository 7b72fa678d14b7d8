import type {ElementSpec} from './element-spec.ts';
import {type ElementPlace, holdersOf} from './find.ts';
import {formatElement, indentOf} from './format.ts';
import {sectionsIn} from './layers.ts';
import {applyEdits, type Edit, lineEndOf} from './text/edit.ts';
import {attributeValue, childrenNamed, type XmlDocument, type XmlElement} from './text/xml-node.ts';

export interface Addition extends ElementPlace {
  /** The configuration path of the location in which it goes, where the file has none yet. */
  readonly element: ElementSpec;
}

/** A container that must exist, and what goes into it in order. */
interface Wanted {
  readonly name: string;
  readonly containers: Map<string, Wanted>;
  /** In the order in which the additions first mention them: items, and containers by name. */
  readonly order: (ElementSpec | Wanted)[];
}

const wanted = (name: string): Wanted => ({name, containers: new Map(), order: []});

const isContainer = (entry: ElementSpec | Wanted): entry is Wanted => 'containers' in entry;

const intoContainer = (root: Wanted, names: readonly string[], element: ElementSpec): void => {
  let at = root;
  for (const name of names) {
    const next = at.containers.get(name) ?? wanted(name);
    if (!at.containers.has(name)) at.order.push(next);
    at.containers.set(name, next);
    at = next;
  }
  at.order.push(element);
};

const asSpec = (container: Wanted, attributes: ElementSpec['attributes'] = []): ElementSpec => ({
  name: container.name,
  attributes,
  children: container.order.map((entry) => (isContainer(entry) ? asSpec(entry) : entry)),
});

/** The text after the additions. */
export const addElements = (document: XmlDocument, additions: readonly Addition[]): string =>
  applyEdits(document.text, additionEdits(document, additions));

/**
 * The edits that make the additions, formatted as IIS's writer does it; every other unit of the text stays what it was.
 * Missing section groups and locations are appended at the end of the element that owns them. A group inside of a
 * <location> is never used for an addition to the body of the file, nor the other way round.
 */
export const additionEdits = (document: XmlDocument, additions: readonly Addition[]): readonly Edit[] => {
  const eol = lineEndOf(document.text);
  const edits: Edit[] = [];
  for (const location of new Set(additions.map((addition) => addition.location))) {
    const root = wanted('');
    for (const {section, collection, element} of additions.filter((addition) => addition.location === location)) {
      intoContainer(root, [...section.split('/'), ...(collection === '' ? [] : [collection])], element);
    }
    const holder = holderFor(document, location, additions);
    if (holder) edits.push(...mergeInto(document.text, holder, root, eol));
    else
      edits.push(
        appendTo(document.text, document.root, [asSpec({...root, name: 'location'}, [['path', location ?? '']])], eol),
      );
  }
  return edits;
};

/** Of several locations with the path the one that has the section already; else a plain one. */
const holderFor = (
  document: XmlDocument,
  location: string | null,
  additions: readonly Addition[],
): XmlElement | undefined => {
  const holders = holdersOf(document, location);
  const section = additions.find((addition) => addition.location === location)?.section ?? '';
  return holders.find((holder) => sectionsIn(holder, section).length > 0) ?? holders.find(isPlain);
};

/** Says nothing about inheritance or locking, which would hold for whatever is added to it. */
const isPlain = (holder: XmlElement): boolean =>
  attributeValue(holder, 'inheritInChildApplications')?.toLowerCase() !== 'false' &&
  (attributeValue(holder, 'overrideMode') ?? 'Inherit') === 'Inherit' &&
  attributeValue(holder, 'allowOverride') === undefined;

/** Of several groups of one name the one that holds most of what is wanted: a section may stand only once. */
const containerIn = (existing: XmlElement, {name, containers}: Wanted): XmlElement | undefined => {
  const reach = (element: XmlElement, inner: Wanted['containers']): number =>
    Math.max(
      0,
      ...[...inner.values()].flatMap((next) =>
        childrenNamed(element, next.name).map((child) => 1 + reach(child, next.containers)),
      ),
    );
  return childrenNamed(existing, name).toSorted((a, b) => reach(b, containers) - reach(a, containers))[0];
};

const mergeInto = (text: string, existing: XmlElement, additions: Wanted, eol: string): readonly Edit[] => {
  const fresh: ElementSpec[] = [];
  const edits: Edit[] = [];
  for (const entry of additions.order) {
    const child = isContainer(entry) ? containerIn(existing, entry) : undefined;
    if (isContainer(entry) && child) edits.push(...mergeInto(text, child, entry, eol));
    else fresh.push(isContainer(entry) ? asSpec(entry) : entry);
  }
  return fresh.length === 0 ? edits : [...edits, appendTo(text, existing, fresh, eol)];
};

/** Appends children behind the last child of an element; a comment that follows that child stays behind the new ones. */
export const appendTo = (text: string, parent: XmlElement, children: readonly ElementSpec[], eol: string): Edit => {
  const depth = parent.depth + 1;
  const lines = children.map((child) => `${eol}${indentOf(depth)}${formatElement(child, depth, eol)}`).join('');
  const last = parent.children.at(-1);
  if (last) return {at: last.end, remove: 0, insert: lines};
  const close = `${eol}${indentOf(parent.depth)}`;
  if (parent.selfClosing) {
    // `<rules />` becomes `<rules> ... </rules>`; the blank before the slash goes with it.
    const tag = text.slice(parent.start, parent.openEnd);
    const slash = tag.trimEnd().length - 2;
    const kept = tag.slice(0, slash).trimEnd().length;
    return {at: parent.start + kept, remove: tag.length - kept, insert: `>${lines}${close}</${parent.name}>`};
  }
  const content = text.slice(parent.openEnd, parent.closeStart);
  const kept = content.trimEnd().length;
  const blank = content.slice(kept);
  return {
    at: parent.openEnd + kept,
    remove: 0,
    insert: blank.includes('\n') || blank.includes('\r') ? lines : `${lines}${close}`,
  };
};
