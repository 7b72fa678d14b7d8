import type {ElementSpec} from '../iis/element-spec.ts';
import type {ElementRule} from './rewrite-grammar.ts';

/**
 * Attributes in the order of the schema, the name first. Canonical XML sorts them by name: without this the same
 * mitigation would be written in one form from a feed and in another from a catalogue file.
 */
export const inSchemaOrder = (spec: ElementSpec, rule: ElementRule): ElementSpec => {
  const order = Object.keys(rule.attributes);
  return {
    name: spec.name,
    attributes: spec.attributes.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b)),
    children: spec.children.map((child) => {
      const known = Object.hasOwn(rule.children, child.name) ? rule.children[child.name] : undefined;
      return known ? inSchemaOrder(child, known.element) : child;
    }),
  };
};
