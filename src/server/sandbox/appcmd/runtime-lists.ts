import {attributeValue} from '../../../iis/text/xml-node.ts';
import {parseConfigPath} from '../config/config-path.ts';
import {itemsOf, readSection} from '../config/section-view.ts';
import {poolsOf} from '../config/world.ts';
import {type Listed, renderList} from './output.ts';
import type {Session} from './session.ts';
import {poolsWithWorkers} from './state-verbs.ts';

const simple = (object: string, name: string, summary: Listed['summary']): Listed => ({
  object,
  name,
  summary,
  xml: [[`${object}.NAME`, name], ...summary],
  properties: new Map([[`${object}.NAME`, name], ...summary]),
  config: () => ({name: object.toLowerCase(), attributes: [], children: []}),
});

export const listWorkers = (session: Session): number => {
  const names = poolsOf(session.world).map(({name}) => name);
  const running = poolsWithWorkers(session, names);
  const pid = (name: string): string => String(4000 + 4 * names.indexOf(name));
  session.io.stdout(
    renderList(
      session.command,
      running.map((name) => simple('WP', pid(name), [['applicationPool', name]])),
    ),
  );
  return 0;
};

/** Requests come and go at once in a simulated server: there is never one under way. */
export const listRequests = (session: Session): number => {
  poolsWithWorkers(session, []);
  session.io.stdout(renderList(session.command, []));
  return 0;
};

export const listModules = (session: Session): number => {
  const target = parseConfigPath(session.world, '');
  const {schema, parts} = readSection(session.world, target, 'system.webServer/modules');
  const items = schema.collection ? itemsOf(schema.collection, parts) : [];
  const {identifier} = session.command;
  const listed = items
    .map(({element}) =>
      simple('MODULE', attributeValue(element, 'name') ?? '', [['type', attributeValue(element, 'type') ?? 'native']]),
    )
    .filter(({name}) => identifier === undefined || name.toLowerCase() === identifier.toLowerCase());
  session.io.stdout(renderList(session.command, listed));
  return listed.length === 0 && identifier !== undefined ? 1 : 0;
};
