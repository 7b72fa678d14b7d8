import {lineOf} from './config-file.ts';
import {type SectionFault, sectionFaults} from './effective.ts';
import {type Layer, type LayeredPath, sectionsIn} from './layers.ts';
import {schemaFaults} from './schema/faults.ts';
import type {SectionSchemas} from './schema/sections.ts';
import {sectionShape} from './section-table.ts';
import type {XmlElement} from './text/xml-node.ts';
import {toSpec} from './to-spec.ts';

const descend = (element: XmlElement, at: readonly number[]): XmlElement =>
  at.reduce((parent, index) => parent.children[index] ?? parent, element);

const faultsOf = (layer: Layer, element: XmlElement, schema: SectionSchemas[string]): readonly SectionFault[] => {
  const file = layer.sources?.get(element);
  const content = file?.document.root ?? element;
  return schemaFaults(toSpec(content), schema)
    .filter(({certain}) => certain)
    .map(({reason, at}) => ({
      file: (file ?? layer.file).path,
      line: lineOf(file ?? layer.file, descend(content, at)),
      reason,
    }));
};

/**
 * What IIS would refuse of a section at a configuration path, each fault at its line: names that the schema does not
 * know, values outside their type, duplicates along the chain, what a file further up has locked.
 */
export const faultsOfSection = (
  path: LayeredPath,
  section: string,
  schemas: SectionSchemas,
): readonly SectionFault[] => {
  const schema = Object.hasOwn(schemas, section) ? schemas[section] : undefined;
  const bySchema = schema
    ? path.layers.flatMap((layer) =>
        sectionsIn(layer.holder, section).flatMap((element) => faultsOf(layer, element, schema)),
      )
    : [];
  const byChain = sectionShape(section) ? sectionFaults(path, section) : [];
  // A duplicate inside of one file is seen by both.
  const named = new Set(byChain.map(place));
  return [...byChain, ...bySchema.filter((fault) => !named.has(place(fault)))];
};

const place = ({file, line}: SectionFault): string => `${file}:${line}`;
