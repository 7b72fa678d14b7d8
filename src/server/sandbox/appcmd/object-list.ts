import type {XmlElement} from '../../../iis/text/xml-node.ts';
import type {Application, Pool, Site, VirtualDirectory} from '../config/topology.ts';
import {poolsOf, sitesOf} from '../config/world.ts';
import {type AppcmdCommand, propertiesOf} from './command.ts';
import {fail} from './failure.ts';
import {failure} from './messages.ts';
import {type ConfigNode, type Listed, passesFilters, renderList} from './output.ts';
import {poolState, wasRuns} from './pool-state.ts';
import {runtimeOf, type Session} from './session.ts';

const node = (element: XmlElement): ConfigNode => ({
  name: element.name,
  attributes: element.attributes.map(({name, value}) => [name, value]),
  children: element.children.map(node),
});

const listed = (
  what: Pick<Listed, 'object' | 'name' | 'summary' | 'xml'>,
  element: XmlElement,
  more: readonly (readonly [string, string])[] = [],
): Listed => ({
  ...what,
  properties: new Map([
    ...nestedProperties(element, ''),
    ...element.attributes.map(({name, value}) => [name, value] as const),
    ...more,
    ...what.summary,
    ...what.xml,
  ]),
  config: () => node(element),
});

/** `processModel.loadUserProfile` and the like. */
const nestedProperties = (element: XmlElement, prefix: string): readonly (readonly [string, string])[] =>
  element.children.flatMap((child) => [
    ...child.attributes.map(({name, value}) => [`${prefix}${child.name}.${name}`, value] as const),
    ...nestedProperties(child, `${prefix}${child.name}.`),
  ]);

export const siteState = (session: Session, site: Site): string => {
  const runtime = runtimeOf(session);
  if (!wasRuns(runtime)) return 'Unknown';
  return runtime.sites[site.name] ?? (site.autoStart ? 'Started' : 'Stopped');
};

const bindingsText = (site: Site): string =>
  site.bindings.map(({protocol, information}) => `${protocol}/${information}`).join(',');

const listedSite = (session: Session, site: Site): Listed => {
  const [bindings, state] = [bindingsText(site), siteState(session, site)];
  return listed(
    {
      object: 'SITE',
      name: site.name,
      summary: [
        ['id', site.id],
        ['bindings', bindings],
        ['state', state],
      ],
      xml: [
        ['SITE.NAME', site.name],
        ['SITE.ID', site.id],
        ['bindings', bindings],
        ['state', state],
      ],
    },
    site.element,
  );
};

const applicationName = ({site, path}: Application): string => `${site}${path}`;

const listedApplication = (application: Application): Listed =>
  listed(
    {
      object: 'APP',
      name: applicationName(application),
      summary: [['applicationPool', application.pool]],
      xml: [
        ['path', application.path],
        ['APP.NAME', applicationName(application)],
        ['APPPOOL.NAME', application.pool],
        ['SITE.NAME', application.site],
      ],
    },
    application.element,
  );

export const directoryName = (application: Application, directory: VirtualDirectory): string =>
  `${applicationName(application).replace(/\/$/, '')}${directory.path}`;

const listedDirectory = (application: Application, directory: VirtualDirectory): Listed => {
  const name = directoryName(application, directory);
  return listed(
    {
      object: 'VDIR',
      name,
      summary: [['physicalPath', directory.writtenPath]],
      xml: [
        ['physicalPath', directory.writtenPath],
        ['path', directory.path],
        ['APP.NAME', applicationName(application)],
        ['VDIR.NAME', name],
      ],
    },
    directory.element,
  );
};

const listedPool = (session: Session, pool: Pool): Listed => {
  const state = poolState(runtimeOf(session), pool);
  return listed(
    {
      object: 'APPPOOL',
      name: pool.name,
      summary: [
        ['MgdVersion', pool.runtimeVersion],
        ['MgdMode', pool.pipelineMode],
        ['state', state],
      ],
      xml: [
        ['APPPOOL.NAME', pool.name],
        ['PipelineMode', pool.pipelineMode],
        ['RuntimeVersion', pool.runtimeVersion],
        ['state', state],
      ],
    },
    pool.element,
    [['autoStart', String(pool.autoStart)]],
  );
};

const everything = (session: Session): readonly Listed[] => {
  const {world, command} = session;
  const applications = (): readonly Application[] => sitesOf(world).flatMap((site) => site.applications);
  switch (command.object) {
    case 'SITE':
      return sitesOf(world).map((site) => listedSite(session, site));
    case 'APP':
      return applications().map(listedApplication);
    case 'VDIR':
      return applications().flatMap((application) =>
        application.virtualDirectories.map((directory) => listedDirectory(application, directory)),
      );
    default:
      return poolsOf(world).map((pool) => listedPool(session, pool));
  }
};

const sameName = (one: string, other: string): boolean =>
  one.replace(/\/$/, '').toLowerCase() === other.replace(/\/$/, '').toLowerCase();

/** `list X`: an identifier that does not exist gives nothing and an exit code that differs between sources. */
export const listObjects = (session: Session): number => {
  const {command, io, world} = session;
  const filters = propertiesOf(command);
  const items = everything(session).filter(
    (item) =>
      (command.identifier === undefined || sameName(item.name, command.identifier)) && passesFilters(item, filters),
  );
  if (items.length === 0 && command.identifier !== undefined) {
    const {listMissing} = world.description.behaviour;
    if (listMissing === 1168) return fail(failure.notFound, command.object, command.identifier);
    return listMissing;
  }
  io.stdout(renderList(command, items));
  return 0;
};

/** The name that a changing command is about: its identifier, or `/apppool.name:`. */
export const identifierOf = (command: AppcmdCommand): string => {
  const parameter = `${command.object.toLowerCase()}.name`;
  const named = propertiesOf(command).find(([name]) => name.toLowerCase() === parameter)?.[1];
  return command.identifier ?? named ?? fail(failure.noIdentifier, command.object);
};
