import type {ElementSpec} from '../iis/element-spec.ts';
import {parseXml} from '../iis/text/parse-xml.ts';
import {XmlError} from '../iis/text/xml-error.ts';
import {attributeOf, type XmlElement} from '../iis/text/xml-node.ts';
import {PayloadError} from './check-element.ts';
import type {RewriteItem} from './model.ts';
import {readRewritePayload} from './payload.ts';

/** Comments may explain the XML of a catalogue file; text between elements would be lost, so it is refused. */
const refuseText = (element: XmlElement, text: string): void => {
  let from = element.openEnd;
  for (const end of [...element.children.map(({start}) => start), element.closeStart]) {
    const gap = text.slice(from, end).replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
    const stray = gap.search(/\S/);
    if (stray !== -1) throw new XmlError('text has no meaning here', text, from + stray);
    from = element.children.find(({start}) => start === end)?.end ?? end;
  }
};

const specOf = (element: XmlElement, text: string): ElementSpec => {
  refuseText(element, text);
  return {
    name: element.name,
    attributes: element.attributes.map(({name, value}) => [name, value] as const),
    children: element.children.map((child) => specOf(child, text)),
  };
};

const offsetOf = (root: XmlElement, {path, attribute}: PayloadError): number => {
  let element = root;
  for (const index of path) element = element.children[index] ?? element;
  return (attribute === undefined ? undefined : attributeOf(element, attribute)?.start) ?? element.start;
};

/**
 * Reads `<rewrite>` from the `value` of an action.
 * @throws XmlError for what is not well-formed and for what the grammar does not know
 */
export const readRewriteValue = (text: string): readonly RewriteItem[] => {
  const {root} = parseXml(text);
  try {
    return readRewritePayload(specOf(root, text));
  } catch (error) {
    if (error instanceof PayloadError) throw new XmlError(error.message, text, offsetOf(root, error));
    throw error;
  }
};
