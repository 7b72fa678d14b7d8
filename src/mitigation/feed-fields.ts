import {type FeedElement, notUnderstood} from './feed-tree.ts';

interface Fields<R extends string, O extends string> {
  readonly required: readonly R[];
  readonly optional?: readonly O[];
}

/** The attributes of an element; one that is missing or unknown is refused. */
export const attributesOf = <R extends string, O extends string = never>(
  element: FeedElement,
  {required, optional = []}: Fields<R, O>,
): Readonly<Record<R, string> & Partial<Record<O, string>>> => {
  const values = new Map<string, string>(element.attributes);
  const known: readonly string[] = [...required, ...optional];
  for (const name of values.keys()) {
    if (!known.includes(name)) throw notUnderstood(`<${element.name}> has the unknown attribute "${name}"`);
  }
  for (const name of required) {
    if (!values.has(name)) throw notUnderstood(`<${element.name}> has no attribute "${name}"`);
  }
  return Object.fromEntries(values) as Record<R, string> & Partial<Record<O, string>>;
};

/** The children of an element by name, none of which may be unknown. */
export const childrenOf = <N extends string>(
  element: FeedElement,
  names: readonly N[],
): Readonly<Record<N, readonly FeedElement[]>> => {
  const known: readonly string[] = names;
  for (const {name} of element.children) {
    if (!known.includes(name)) throw notUnderstood(`<${element.name}> holds the unknown element <${name}>`);
  }
  if (element.text !== '') throw notUnderstood(`<${element.name}> holds text`);
  return Object.fromEntries(
    names.map((name) => [name, element.children.filter((child) => child.name === name)]),
  ) as unknown as Record<N, readonly FeedElement[]>;
};

export const onlyOne = (parent: FeedElement, name: string, found: readonly FeedElement[]): FeedElement => {
  const [first, second] = found;
  if (!first || second) throw notUnderstood(`<${parent.name}> must hold exactly one <${name}>`);
  return first;
};

export const atMostOne = (parent: FeedElement, found: readonly FeedElement[]): FeedElement | undefined => {
  if (found.length > 1) throw notUnderstood(`<${parent.name}> holds <${found[0]?.name}> more than once`);
  return found[0];
};

/** The text of an element that has nothing else. */
export const plainText = (element: FeedElement): string => {
  attributesOf(element, {required: []});
  childrenOf({...element, text: ''}, []);
  return element.text;
};

/** Refuses attributes and text; for elements that only group others. */
export const groupOf = <N extends string>(
  element: FeedElement,
  names: readonly N[],
): Readonly<Record<N, readonly FeedElement[]>> => {
  attributesOf(element, {required: []});
  return childrenOf(element, names);
};
