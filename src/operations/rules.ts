import {loadConfiguration} from '../iis/configuration.ts';
import {specAttribute, specChild} from '../iis/element-spec.ts';
import {layersOf} from '../iis/layers.ts';
import {levelOfPath, rewriteFaults} from '../rewrite/level-of.ts';
import type {RewriteCollection, SourcedElement} from '../rewrite/model.ts';
import type {ServerReader} from '../server/server.ts';

/** One element of URL Rewrite that an application sees, with the line that it comes from. */
export interface RuleRow {
  readonly collection: RewriteCollection;
  readonly name: string;
  readonly enabled: boolean;
  readonly action: string;
  /** The level that owns it: '' for the server. */
  readonly level: string;
  readonly file: string;
  readonly line: number;
}

export interface ApplicationRules {
  readonly application: string;
  readonly rules: readonly RuleRow[];
  /** What makes IIS answer 500.19 here. */
  readonly faults: readonly {readonly file: string; readonly line: number; readonly reason: string}[];
}

const row =
  (collection: RewriteCollection) =>
  ({element, source}: SourcedElement): RuleRow => ({
    collection,
    name: specAttribute(element, 'name') ?? '',
    enabled: specAttribute(element, 'enabled')?.toLowerCase() !== 'false',
    action: specAttribute(specChild(element, 'action') ?? element, 'type') ?? '',
    level: source.configPath,
    file: source.file,
    line: source.line,
  });

const collections = [
  'globalRules',
  'rules',
  'preConditions',
  'outboundRules',
  'rewriteMaps',
  'allowedServerVariables',
] as const satisfies readonly RewriteCollection[];

/** What of URL Rewrite is in force for every application of a server. */
export const rulesOf = async (reader: ServerReader): Promise<readonly ApplicationRules[]> => {
  const {environment} = await reader.facts();
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const rows: ApplicationRules[] = [];
  for (const {site, path, configPath} of configuration.topology.sites.flatMap(({applications}) => applications)) {
    const layers = await layersOf(configuration, configPath);
    const level = levelOfPath(layers);
    rows.push({
      application: `${site}${path}`,
      rules: collections.flatMap((collection) => level[collection].map(row(collection))),
      faults: rewriteFaults(layers),
    });
  }
  return rows;
};
