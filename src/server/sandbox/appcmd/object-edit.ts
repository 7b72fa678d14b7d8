import {serverLevel} from '../config/config-path.ts';
import {poolsSection, sitesSection} from '../config/schema-hosting.ts';
import {apphostTarget, SectionEditor} from '../config/section-editor.ts';
import {sitesOf} from '../config/world.ts';
import {type AppcmdCommand, propertiesOf} from './command.ts';
import {fail} from './failure.ts';
import type {Station} from './indexer.ts';
import {failure, success} from './messages.ts';
import {identifierOf} from './object-list.ts';
import {findPool} from './pool-state.ts';
import {editSection, parseEdit, type SectionEdit} from './section-edits.ts';
import {commit, printLine, type Session} from './session.ts';

const item = (values: Readonly<Record<string, string>>): Station => ({
  kind: 'item',
  position: undefined,
  values: Object.entries(values),
});

interface Located {
  /** Spelled as the configuration has it. */
  readonly name: string;
  readonly section: string;
  /** The way from the section to the object's element. */
  readonly stations: readonly Station[];
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const findApplication = (session: Session, identifier: string): Located | undefined => {
  for (const site of sitesOf(session.world)) {
    for (const {path} of site.applications) {
      const name = `${site.name}${path}`;
      if (same(name.replace(/\/$/, ''), identifier.replace(/\/$/, ''))) {
        return {name, section: sitesSection, stations: [item({name: site.name}), item({path})]};
      }
    }
  }
  return undefined;
};

const findDirectory = (session: Session, identifier: string): Located | undefined => {
  for (const site of sitesOf(session.world)) {
    for (const application of site.applications) {
      for (const {path} of application.virtualDirectories) {
        const name = `${site.name}${application.path.replace(/\/$/, '')}${path}`;
        if (same(name.replace(/\/$/, ''), identifier.replace(/\/$/, ''))) {
          const stations = [item({name: site.name}), item({path: application.path}), item({path})];
          return {name, section: sitesSection, stations};
        }
      }
    }
  }
  return undefined;
};

const find = (session: Session, identifier: string): Located | undefined => {
  switch (session.command.object) {
    case 'APPPOOL': {
      const pool = findPool(session.world, identifier);
      return pool && {name: pool.name, section: poolsSection, stations: [item({name: pool.name})]};
    }
    case 'SITE': {
      const site = sitesOf(session.world).find(({name}) => same(name, identifier));
      return site && {name: site.name, section: sitesSection, stations: [item({name: site.name})]};
    }
    case 'APP':
      return findApplication(session, identifier);
    default:
      return findDirectory(session, identifier);
  }
};

const located = (session: Session): Located => {
  const identifier = identifierOf(session.command);
  return find(session, identifier) ?? fail(failure.notFound, session.command.object, identifier);
};

const editorFor = ({world}: Session, section: string): SectionEditor =>
  new SectionEditor(world, apphostTarget(world, serverLevel, section));

/** `http/*:80:,https/*:443:` as edits of the bindings of that site. */
const bindingEdits = (session: Session, name: string, value: string): readonly SectionEdit[] => {
  const site = sitesOf(session.world).find((candidate) => candidate.name === name);
  const at = (protocol: string, bindingInformation: string): readonly Station[] => [
    item({name}),
    {kind: 'element', name: 'bindings'},
    item({protocol, bindingInformation}),
  ];
  const old = site?.bindings ?? [];
  const wanted = value
    .split(',')
    .map((text) => /^([^/]+)\/(.*)$/.exec(text.trim()) ?? fail(failure.unknownAttribute, text));
  return [
    ...old.map(({protocol, information}) => ({
      kind: 'remove' as const,
      path: {stations: at(protocol, information), value: undefined},
    })),
    ...wanted.map(([, protocol = '', information = '']) => ({
      kind: 'add' as const,
      path: {stations: at(protocol, information), value: undefined},
    })),
  ];
};

const editsBelow = (stations: readonly Station[], text: string): SectionEdit => {
  const edit = parseEdit(text);
  return {...edit, path: {...edit.path, stations: [...stations, ...edit.path.stations]}};
};

const namesObject = (text: string): boolean => /^(site|app|vdir|apppool)\.name:/i.test(text);

export const setObject = (session: Session): void => {
  const {command} = session;
  const {name, section, stations} = located(session);
  const changes = command.parameters.filter(({text}) => !namesObject(text));
  if (changes.length === 0) fail(failure.noEdits);
  const edits = changes.flatMap(({text}) => {
    const bindings = command.object === 'SITE' ? /^bindings:(.*)$/i.exec(text)?.[1] : undefined;
    return bindings === undefined ? [editsBelow(stations, text)] : bindingEdits(session, name, bindings);
  });
  editSection(editorFor(session, section), edits);
  commit(session, success.changed.text(command.object, name));
};

export const deleteObject = (session: Session): void => {
  const {name, section, stations} = located(session);
  editSection(editorFor(session, section), [{kind: 'remove', path: {stations, value: undefined}}]);
  commit(session, success.deleted.text(session.command.object, name));
};

const takeProperties = (command: AppcmdCommand): Map<string, string> =>
  new Map(propertiesOf(command).map(([name, value]) => [name.toLowerCase(), value]));

const required = (properties: ReadonlyMap<string, string>, name: string, object: string): string =>
  properties.get(name) ?? fail(failure.missingRequired, object, `Missing required attribute '${name}'`);

const adding = (stations: readonly Station[]): SectionEdit => ({kind: 'add', path: {stations, value: undefined}});

/** What is left of the parameters after the ones that place the object, as edits of the new element. */
const remaining = (command: AppcmdCommand, stations: readonly Station[], placed: readonly string[]) =>
  command.parameters
    .filter(({text}) => !placed.includes(text.split(':')[0]?.toLowerCase() ?? ''))
    .map(({text}) => editsBelow(stations, text));

interface Addition {
  readonly section: string;
  readonly edits: readonly SectionEdit[];
  /** Objects that come to be, outermost first. */
  readonly added: readonly (readonly [object: string, name: string])[];
}

const addPool = (session: Session): Addition => {
  const {command} = session;
  const name = required(takeProperties(command), 'name', 'add');
  if (findPool(session.world, name)) fail(failure.duplicateObject, name);
  const stations = [item({name})];
  const edits = [adding(stations), ...remaining(command, stations, ['name'])];
  return {section: poolsSection, edits, added: [['APPPOOL', name]]};
};

const addSite = (session: Session): Addition => {
  const {command, world} = session;
  const properties = takeProperties(command);
  const name = required(properties, 'name', 'site');
  const sites = sitesOf(world);
  if (sites.some((site) => same(site.name, name))) fail(failure.duplicateObject, name);
  const free = Math.max(0, ...sites.map(({id}) => Number(id))) + 1;
  const stations = [item({name})];
  const application = [...stations, item({path: '/'})];
  const physicalPath = properties.get('physicalpath');
  const bindings = properties.get('bindings');
  const withRoot =
    physicalPath === undefined ? [] : [adding(application), adding([...application, item({path: '/', physicalPath})])];
  const edits = [
    adding([item({name, id: properties.get('id') ?? String(free)})]),
    ...withRoot,
    ...(bindings === undefined ? [] : bindingEdits(session, name, bindings)),
    ...remaining(command, stations, ['name', 'id', 'bindings', 'physicalpath']),
  ];
  const rootObjects =
    physicalPath === undefined
      ? []
      : ([
          ['APP', `${name}/`],
          ['VDIR', `${name}/`],
        ] as const);
  return {section: sitesSection, edits, added: [['SITE', name], ...rootObjects]};
};

const addApplication = (session: Session): Addition => {
  const {command, world} = session;
  const properties = takeProperties(command);
  const siteName = required(properties, 'site.name', 'application');
  const path = required(properties, 'path', 'application');
  const site = sitesOf(world).find((candidate) => same(candidate.name, siteName));
  if (!site) return fail(failure.notFound, 'SITE', siteName);
  const name = `${site.name}${path}`;
  if (site.applications.some((application) => same(application.path, path))) fail(failure.duplicateObject, path);
  const stations = [item({name: site.name}), item({path})];
  const physicalPath = properties.get('physicalpath');
  const root = physicalPath === undefined ? [] : [adding([...stations, item({path: '/', physicalPath})])];
  const edits = [adding(stations), ...remaining(command, stations, ['site.name', 'path', 'physicalpath']), ...root];
  const rootObjects = physicalPath === undefined ? [] : ([['VDIR', `${name}/`]] as const);
  return {section: sitesSection, edits, added: [['APP', name], ...rootObjects]};
};

const addDirectory = (session: Session): Addition => {
  const {command} = session;
  const properties = takeProperties(command);
  const owner = required(properties, 'app.name', 'virtualDirectory');
  const path = required(properties, 'path', 'virtualDirectory');
  const application = findApplication(session, owner);
  if (!application) return fail(failure.notFound, 'APP', owner);
  const name = `${application.name.replace(/\/$/, '')}${path}`;
  if (findDirectory(session, name)) fail(failure.duplicateObject, path);
  const stations = [...application.stations, item({path})];
  const edits = [adding(stations), ...remaining(command, stations, ['app.name', 'path'])];
  return {section: sitesSection, edits, added: [['VDIR', name]]};
};

const additionOf = (session: Session): Addition => {
  switch (session.command.object) {
    case 'APPPOOL':
      return addPool(session);
    case 'SITE':
      return addSite(session);
    case 'APP':
      return addApplication(session);
    default:
      return addDirectory(session);
  }
};

export const addObject = (session: Session): void => {
  const {section, edits, added} = additionOf(session);
  editSection(editorFor(session, section), edits);
  const lines = added.map(([object, name]) => success.added.text(object, name));
  for (const line of lines.slice(0, -1)) printLine(session, line);
  commit(session, lines.at(-1) ?? '');
};
