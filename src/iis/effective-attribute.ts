import {type LayeredPath, sectionsIn} from './layers.ts';
import {attributeValue, childrenNamed} from './text/xml-node.ts';

/**
 * An attribute of a section, or of an element right inside of it, as a configuration path sees it: what the innermost
 * layer says that says anything. `undefined`: none does, and the schema's default holds.
 */
export const effectiveAttribute = (
  path: LayeredPath,
  {section, element}: {readonly section: string; readonly element: string | undefined},
  name: string,
): string | undefined =>
  path.layers
    .flatMap(({holder, sources}) => sectionsIn(holder, section).map((at) => sources?.get(at)?.document.root ?? at))
    .flatMap((content) => (element === undefined ? [content] : childrenNamed(content, element)))
    .map((holder) => attributeValue(holder, name))
    .findLast((value) => value !== undefined);
