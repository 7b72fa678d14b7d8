import {attributeValue, childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import {apphostDocument, frameworkFiles, type World} from './world.ts';

export interface Declaration {
  /** `system.webServer/rewrite/rules` */
  readonly section: string;
  readonly overrideModeDefault: 'Allow' | 'Deny';
  readonly allowDefinition: string;
}

const collect = (group: XmlElement, prefix: string, found: Map<string, Declaration>): void => {
  for (const child of group.children) {
    const name = attributeValue(child, 'name') ?? '';
    if (child.name === 'sectionGroup') collect(child, `${prefix}${name}/`, found);
    if (child.name === 'section') {
      const section = `${prefix}${name}`;
      found.set(section, {
        section,
        overrideModeDefault: attributeValue(child, 'overrideModeDefault') === 'Deny' ? 'Deny' : 'Allow',
        allowDefinition: attributeValue(child, 'allowDefinition') ?? 'Everywhere',
      });
    }
  }
};

/** Every declared section by its path, from the machine level down to applicationHost.config. */
export const declarationsOf = (world: World): ReadonlyMap<string, Declaration> => {
  const found = new Map<string, Declaration>();
  const roots = frameworkFiles(world).flatMap((file) => world.store.document(file)?.root ?? []);
  for (const root of [...roots, apphostDocument(world).root]) {
    for (const sections of childrenNamed(root, 'configSections')) collect(sections, '', found);
  }
  return found;
};

/** Full name or a short one that fits exactly one declared section. */
export const findDeclaration = (
  declarations: ReadonlyMap<string, Declaration>,
  name: string,
): Declaration | undefined => {
  const wanted = name.toLowerCase();
  const all = [...declarations.values()];
  const exact = all.find(({section}) => section.toLowerCase() === wanted);
  if (exact) return exact;
  const ending = all.filter(({section}) => section.toLowerCase().endsWith(`/${wanted}`));
  return ending.length === 1 ? ending[0] : undefined;
};
