import type {LayeredPath} from './layers.ts';
import {sectionsIn} from './layers.ts';
import {attributeValue} from './text/xml-node.ts';

/**
 * An attribute as a configuration path sees it: what the innermost layer that says anything says. `element` is the full
 * name of a section or of an element inside of one; `undefined`: no layer says anything, and the schema's default holds.
 */
export const effectiveAttribute = (path: LayeredPath, element: string, name: string): string | undefined =>
  path.layers
    .flatMap(({holder, sources}) =>
      sectionsIn(holder, element).map((section) =>
        attributeValue(sources?.get(section)?.document.root ?? section, name),
      ),
    )
    .findLast((value) => value !== undefined);
