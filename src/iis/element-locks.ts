import {attributeValue, type XmlElement} from './text/xml-node.ts';

/*
 * What an element locks for the files below the one that it stands in: lockItem, lockElements, lockAllElementsExcept,
 * lockAttributes, lockAllAttributesExcept.
 */

/** A name in a comma list such as lockElements="clear,remove"; `*` names all. */
const lists = (list: string | undefined, name: string): boolean =>
  (list ?? '').split(',').some((entry) => entry.trim() === '*' || entry.trim() === name);

export const isLockedItem = (element: XmlElement): boolean =>
  attributeValue(element, 'lockItem')?.toLowerCase() === 'true';

/** Why an element of that name may not stand in a lower file; `undefined`: it may. @param what the element, by name */
export const lockOnElement = (element: XmlElement, what: string, name: string): string | undefined => {
  const except = attributeValue(element, 'lockAllElementsExcept');
  if (isLockedItem(element)) return `the section ${what} is locked (lockItem="true")`;
  if (lists(attributeValue(element, 'lockElements'), name)) {
    return `the element <${name}> of ${what} is locked (lockElements)`;
  }
  if (except !== undefined && !lists(except, name)) {
    return `the element <${name}> of ${what} is locked (lockAllElementsExcept="${except}")`;
  }
  return undefined;
};

/** Why an attribute may not stand in a lower file, not even with the same value; `undefined`: it may. */
export const lockOnAttribute = (element: XmlElement, what: string, name: string): string | undefined => {
  const except = attributeValue(element, 'lockAllAttributesExcept');
  if (lists(attributeValue(element, 'lockAttributes'), name)) {
    return `the attribute ${name} of ${what} is locked (lockAttributes)`;
  }
  if (except !== undefined && !lists(except, name)) {
    return `the attribute ${name} of ${what} is locked (lockAllAttributesExcept="${except}")`;
  }
  return undefined;
};
