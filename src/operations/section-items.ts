import {loadConfiguration} from '../iis/configuration.ts';
import {type EffectiveItem, effectiveCollection, type SectionFault} from '../iis/effective.ts';
import {type LayeredPath, layersOf} from '../iis/layers.ts';
import type {SectionSchemas} from '../iis/schema/sections.ts';
import {serverSchemas} from '../iis/schema/server-schemas.ts';
import {faultsOfSection} from '../iis/section-faults.ts';
import {collectionShape, knownSection, knownSections, sectionShape} from '../iis/section-table.ts';
import {attributeValue} from '../iis/text/xml-node.ts';
import {Refusal} from '../kit/refusal.ts';
import type {ServerReader} from '../server/server.ts';

interface Place {
  readonly file: string;
  readonly line: number;
}

/** An item of a section that an application sees, with the line that it comes from. */
export interface ItemRow extends Place {
  /** '' for the section's own collection. */
  readonly collection: string;
  /** Its key, or the name of its element where it has none. */
  readonly name: string;
  /** The line of a <clear> or <remove> that took it away; null: it is in force. */
  readonly takenAway: (Place & {readonly by: string}) | null;
}

export interface ApplicationItems {
  readonly application: string;
  readonly section: string;
  readonly items: readonly ItemRow[];
  /** What makes IIS answer 500.19 here. */
  readonly faults: readonly (Place & {readonly reason: string})[];
}

const unknownSection = (name: string): Refusal =>
  new Refusal('STATUS.UNKNOWN_SECTION', `no section "${name}" is known here by one name`, {
    next: [{label: `Known are ${knownSections.join(', ')}; the end of a name will do`}],
  });

const rowsOf = (path: LayeredPath, section: string, collection: string): readonly ItemRow[] => {
  const keys = collectionShape(section, collection)?.keys ?? [];
  const row = ({element, file, line}: EffectiveItem, takenAway: ItemRow['takenAway']): ItemRow => {
    const key = keys.flatMap((name) => attributeValue(element, name) ?? []).join(', ');
    return {collection, name: key === '' ? element.name : key, file: file.path, line, takenAway};
  };
  const {items, dropped} = effectiveCollection(path, section, collection);
  return [
    ...items.map((item) => row(item, null)),
    ...dropped.map(({item, by}) => row(item, {by: by.element.name, file: by.file.path, line: by.line})),
  ];
};

const faultsAt = (path: LayeredPath, section: string, schemas: SectionSchemas): ApplicationItems['faults'] =>
  [...path.faults, ...faultsOfSection(path, section, schemas)].map(
    ({file, line, reason}: Omit<SectionFault, 'first'>) => ({file, line, reason}),
  );

/**
 * Every item of a section in force for every application of a server, and what was taken away on the way.
 * @param name the section's name or the end of it, `modules`
 * @throws Refusal STATUS.UNKNOWN_SECTION
 */
export const sectionItems = async (reader: ServerReader, name: string): Promise<readonly ApplicationItems[]> => {
  const section = knownSection(name);
  if (section === undefined) throw unknownSection(name);
  const {environment} = await reader.facts();
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const schemas = await serverSchemas(reader, reader.configFolder);
  const collections = Object.keys(sectionShape(section)?.collections ?? {});
  const found: ApplicationItems[] = [];
  for (const {site, path, configPath} of configuration.topology.sites.flatMap(({applications}) => applications)) {
    const layers = await layersOf(configuration, configPath);
    found.push({
      application: `${site}${path}`,
      section,
      items: collections.flatMap((collection) => rowsOf(layers, section, collection)),
      faults: faultsAt(layers, section, schemas),
    });
  }
  return found;
};
