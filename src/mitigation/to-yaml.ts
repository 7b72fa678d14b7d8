import {Document, isMap, isSeq} from 'yaml';
import {unreachable} from '../kit/unreachable.ts';
import type {Action, Mitigation, Monitoring, ProbeRequest} from './model.ts';
import {rewriteTree} from './payload.ts';
import {writeXml} from './write-xml.ts';

/** Tells editors which schema a catalogue file follows; the path is relative to the file. */
export const schemaLine = '# yaml-language-server: $schema=./schema/mitigation.schema.json\n';

/** Drops what is empty: an absent key says the same and leaves less to read. */
const present = (entries: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(entries).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

const monitoringEntry = (monitoring: Monitoring | undefined): unknown =>
  monitoring && present({services: monitoring.services, workers: monitoring.workers});

const actionEntry = (action: Action): Record<string, unknown> => {
  const {description} = action;
  switch (action.kind) {
    case 'rewrite':
      return present({
        type: 'UrlRewrite',
        scope: action.scope,
        target: action.target,
        description,
        value: writeXml(rewriteTree(action.items)),
      });
    case 'service':
      return present({
        type: 'Service',
        description,
        service: action.service,
        monitoring: monitoringEntry(action.monitoring),
      });
    case 'app-pool':
      return present({type: 'AppPool', description, pool: action.pool, monitoring: monitoringEntry(action.monitoring)});
    case 'nothing':
      return present({type: 'DoNothing', description});
    default:
      return unreachable(action);
  }
};

const probeEntry = ({method, url, headers, why}: ProbeRequest): Record<string, unknown> =>
  present({method, url, headers: Object.keys(headers).length > 0 ? headers : undefined, why});

const probesEntry = ({blocked, passed}: Mitigation): Record<string, unknown> | undefined =>
  blocked.length + passed.length === 0
    ? undefined
    : present({blocked: blocked.map(probeEntry), passed: passed.map(probeEntry)});

const fileEntry = (mitigation: Mitigation): Record<string, unknown> => {
  const {id, description, cves, appliesTo, actions, notes} = mitigation;
  return present({
    id,
    description,
    cve: cves,
    appliesTo: appliesTo.map((lane) => present({...lane})),
    actions: actions.map(actionEntry),
    sideEffects: notes.sideEffects,
    reach: notes.reach,
    losses: notes.losses,
    rollback: notes.rollback,
    alternative: notes.alternative,
    sources: notes.sources,
    probes: probesEntry(mitigation),
  });
};

const onOneLine = (node: unknown): void => {
  if (isMap(node) || isSeq(node)) node.flow = true;
};

/** A catalogue file with this mitigation; reading it gives the same mitigation again. */
export const toCatalogueYaml = (mitigation: Mitigation): string => {
  const document = new Document(fileEntry(mitigation));
  onOneLine(document.get('cve', true));
  const lanes = document.get('appliesTo', true);
  if (isSeq(lanes)) lanes.items.forEach(onOneLine);
  return (
    schemaLine + document.toString({lineWidth: 0, blockQuote: 'literal', flowCollectionPadding: false, indentSeq: true})
  );
};
