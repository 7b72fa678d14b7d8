import type {XmlElement} from '../../../iis/text/xml-node.ts';
import {type ConfigPath, fullName, parseConfigPath, serverLevel} from '../config/config-path.ts';
import {declarationsOf} from '../config/declarations.ts';
import {apphostRank, layersOf, scopesOf} from '../config/layers.ts';
import {isLocked} from '../config/locks.ts';
import type {ElementSchema} from '../config/schema-model.ts';
import {inside, itemsOf, type Part, readSection} from '../config/section-view.ts';
import {sectionElements} from '../config/topology.ts';
import {sitesOf, type World} from '../config/world.ts';
import {sectionOf} from './config-edit.ts';
import {success} from './messages.ts';
import type {ConfigNode} from './output.ts';
import {renderXml} from './output.ts';
import {printLine, type Session} from './session.ts';

const mergedAttributes = (schema: ElementSchema, parts: readonly Part[], defaults: boolean) => {
  const merged = new Map<string, string>();
  if (defaults) {
    for (const [name, attribute] of Object.entries(schema.attributes)) {
      if (attribute.default !== undefined) merged.set(name, attribute.default);
    }
  }
  for (const {element} of parts) for (const {name, value} of element.attributes) merged.set(name, value);
  return [...merged];
};

const plain = (element: XmlElement): ConfigNode => ({
  name: element.name,
  attributes: element.attributes.map(({name, value}) => [name, value]),
  children: element.children.map(plain),
});

/** The element as it is effective: attributes of the lowest file win, items as the collection comes out. */
const effective = (name: string, schema: ElementSchema, parts: readonly Part[], defaults: boolean): ConfigNode => {
  const elements = Object.entries(schema.elements).flatMap(([child, childSchema]) => {
    const childParts = inside(parts, [child]);
    return childParts.length === 0 && !defaults ? [] : [effective(child, childSchema, childParts, defaults)];
  });
  const {collection} = schema;
  const items = collection
    ? itemsOf(collection, parts).map(({element, part}) =>
        effective(element.name, collection.item, [{...part, element}], defaults),
      )
    : [];
  const unknown = schema.open && !collection ? parts.flatMap(({element}) => element.children.map(plain)) : [];
  return {
    name,
    attributes: mergedAttributes(schema, parts, defaults),
    children: [...elements, ...items, ...unknown],
  };
};

const wrap = (section: string, node: ConfigNode): ConfigNode =>
  section
    .split('/')
    .slice(0, -1)
    .toReversed()
    .reduce<ConfigNode>((inner, name) => ({name, attributes: [], children: [inner]}), node);

const overrideMode = (world: World, target: ConfigPath, section: string): 'Allow' | 'Deny' => {
  const declaration = declarationsOf(world).get(section);
  return declaration && isLocked(declaration, layersOf(world, target), target.path, apphostRank + 1) ? 'Deny' : 'Allow';
};

interface Shown {
  readonly section: string;
  readonly node: ConfigNode;
}

const show = (session: Session, target: ConfigPath, section: string): Shown | undefined => {
  const {world, command} = session;
  const view = readSection(world, target, section);
  const everything = command.options.get('config') === '*' || command.options.get('text') === '*';
  const name = section.split('/').at(-1) ?? section;
  const isAsked = command.options.has('section');
  if (!isAsked && view.parts.length === 0) return undefined;
  return {section, node: wrap(section, effective(name, view.schema, view.parts, everything))};
};

const configElement = (world: World, target: ConfigPath, {section, node}: Shown): ConfigNode => {
  const mode = overrideMode(world, target, section);
  return {
    name: 'CONFIG',
    attributes: [
      ['CONFIG.SECTION', section],
      ['path', fullName(target)],
      ['overrideMode', mode],
      ['locked', String(mode === 'Deny')],
    ],
    children: [node],
  };
};

/**
 * `list config`: a section as it is effective, as XML, or every section that something is said about; `/xml` puts each
 * into a CONFIG element; `/section:?` lists the names of all sections.
 */
export const listConfig = (session: Session): number => {
  const {world, command, io} = session;
  const asked = command.options.get('section');
  const all = [...declarationsOf(world).keys()];
  if (asked === '?') {
    io.stdout(all.map((section) => `${section}\r\n`).join(''));
    return 0;
  }
  const target = parseConfigPath(world, command.identifier ?? '');
  const sections = asked === undefined ? all : [sectionOf(session)];
  const shown = sections.flatMap((section) => show(session, target, section) ?? []);
  if (command.options.has('xml')) {
    const children = shown.map((one) => configElement(world, target, one));
    const xml = renderXml({name: 'appcmd', attributes: [], children}, '', '    ');
    io.stdout(`<?xml version="1.0" encoding="UTF-8"?>\r\n${xml}`);
  } else io.stdout(shown.map(({node}) => renderXml(node, '', '  ')).join(''));
  return 0;
};

const everyPath = (world: World, below: ConfigPath): readonly ConfigPath[] => {
  const paths = sitesOf(world).flatMap((site) =>
    site.applications.flatMap((application) =>
      application.virtualDirectories.map((directory) =>
        `${site.name}/${application.path}/${directory.path}`.replace(/\/+/g, '/').replace(/\/$/, ''),
      ),
    ),
  );
  const wanted = below.path.toLowerCase();
  const inScope = paths.filter((path) => wanted === '' || `${path.toLowerCase()}/`.startsWith(`${wanted}/`));
  return [...(wanted === '' ? [serverLevel] : []), ...inScope.map((path) => parseConfigPath(world, path))];
};

/** `search config`: the levels at which a file says something about the section. */
export const searchConfig = (session: Session): number => {
  const {world, command} = session;
  const wanted = command.options.has('section') ? sectionOf(session) : undefined;
  const from = parseConfigPath(world, command.identifier ?? '');
  const found = new Set<string>();
  for (const target of everyPath(world, from)) {
    for (const scope of layersOf(world, target).flatMap(scopesOf)) {
      const hit =
        wanted === undefined ? scope.element.children.length > 0 : sectionElements(scope.element, wanted).length > 0;
      if (hit && (scope.level === target.path || scope.level.startsWith(`${target.path}/`))) found.add(scope.level);
    }
  }
  for (const level of [...found].toSorted()) {
    const name = level === '' ? fullName(serverLevel) : `${fullName(serverLevel)}/${level}`;
    printLine(session, success.searched.text(name));
  }
  return 0;
};
