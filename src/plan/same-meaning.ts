import type {ConfigFile} from '../iis/config-file.ts';
import type {XmlElement} from '../iis/text/xml-node.ts';

/*
 * Whether two configuration files say the same: elements in order with the same attributes, whatever the white space,
 * quotes and comments. Attribute order means nothing to IIS.
 */

/** Absent and written are one thing where the written value is the default of the published schema. */
const defaults: ReadonlySet<string> = new Set(['add.autoStart=true', 'rule.enabled=true']);

const attributesOf = ({name: element, attributes}: XmlElement): string =>
  JSON.stringify(
    attributes
      .map(({name, value}) => [name, value] as const)
      .filter(([name, value]) => !defaults.has(`${element}.${name}=${value}`))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** A group or section with nothing in it, which removing its last element may leave behind. `<clear />` says something. */
const isShell = (element: XmlElement): boolean =>
  element.name !== 'clear' &&
  element.name !== 'remove' &&
  element.attributes.every(({name}) => element.name === 'location' && name === 'path') &&
  element.children.every(isShell);

const sameElement = (a: XmlElement, b: XmlElement, shells: boolean): boolean => {
  if (a.name !== b.name || attributesOf(a) !== attributesOf(b)) return false;
  const [left, right] = [a, b].map(({children}) => (shells ? children.filter((child) => !isShell(child)) : children));
  if (!left || !right || left.length !== right.length) return false;
  return left.every((child, index) => {
    const other = right[index];
    return other !== undefined && sameElement(child, other, shells);
  });
};

/** The same elements with the same attributes. */
export const sameMeaning = (a: ConfigFile, b: ConfigFile): boolean =>
  sameElement(a.document.root, b.document.root, false);

/** The same but for empty groups and sections: what an undo may leave. */
export const sameButForShells = (a: ConfigFile, b: ConfigFile): boolean =>
  sameElement(a.document.root, b.document.root, true);
