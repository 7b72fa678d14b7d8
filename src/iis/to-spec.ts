import type {ElementSpec} from './element-spec.ts';
import type {XmlElement} from './text/xml-node.ts';

/** A parsed element without its positions. */
export const toSpec = (element: XmlElement): ElementSpec => ({
  name: element.name,
  attributes: element.attributes.map(({name, value}) => [name, value] as const),
  children: element.children.map(toSpec),
});
