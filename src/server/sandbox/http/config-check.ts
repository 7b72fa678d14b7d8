import {childrenNamed, type XmlElement} from '../../../iis/text/xml-node.ts';
import type {ConfigPath} from '../config/config-path.ts';
import {declarationsOf} from '../config/declarations.ts';
import {native, win32} from '../config/fault.ts';
import {type Layer, layersOf, scopesFor} from '../config/layers.ts';
import {faultAt} from '../config/locks.ts';
import {checkedSections} from '../config/schema.ts';
import {checkCollections, readSection} from '../config/section-view.ts';
import type {World} from '../config/world.ts';

/** Only what lies below this group is IIS's own; everything else is declared by files that a tree may lack. */
const ownGroup = 'system.webServer';

const declaredIn = (layer: Layer): ReadonlySet<string> => {
  const names = new Set<string>();
  const collect = (group: XmlElement, prefix: string): void => {
    for (const child of group.children) {
      const path = `${prefix}${child.attributes.find(({name}) => name === 'name')?.value ?? ''}`;
      names.add(path);
      if (child.name === 'sectionGroup') collect(child, `${path}/`);
    }
  };
  for (const sections of childrenNamed(layer.document.root, 'configSections')) collect(sections, '');
  return names;
};

/** @throws ConfigFault for an element that is neither a declared section nor a group of some */
const checkDeclared = (group: XmlElement, path: string, layer: Layer, known: ReadonlySet<string>): void => {
  for (const child of group.children) {
    const name = `${path}/${child.name}`;
    const isGroup = [...known].some((section) => section.startsWith(`${name}/`));
    if (isGroup) checkDeclared(child, name, layer, known);
    else if (!known.has(name)) throw faultAt(layer, child, native.undeclared(name), win32.invalidData);
  }
};

/**
 * Reads what IIS reads for a request at that path.
 * @throws ConfigFault, which IIS answers with 500.19
 */
export const checkConfiguration = (world: World, target: ConfigPath): void => {
  const layers = layersOf(world, target);
  const declared = [...declarationsOf(world).keys()];
  for (const {element, layer} of scopesFor(layers, target)) {
    const known = new Set([...declared, ...declaredIn(layer)]);
    for (const group of childrenNamed(element, ownGroup)) checkDeclared(group, ownGroup, layer, known);
  }
  for (const section of checkedSections) {
    const {schema, parts} = readSection(world, target, section);
    checkCollections(schema, parts);
  }
};
