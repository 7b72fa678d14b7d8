import {basename} from 'node:path';
import {Refusal} from '../kit/refusal.ts';
import type {PlanSource} from '../plan/model.ts';
import {builtInCatalogue, catalogueSource, loadCatalogueArgument} from './catalogue.ts';
import type {NetworkContext} from './network.ts';
import {keptSource, type LoadedSource} from './sources.ts';

export interface SourceContext extends NetworkContext {
  readonly stateDir: string;
  readonly cwd: string;
  readonly now: Date;
  /** Names or files of trust profiles beside those of the configuration folder. */
  readonly profiles: readonly string[];
}

// Signatures, certificates and HTTP are most of the program's code, and a plan from the catalogue needs none of it.
const feeds = () => import('./feed-source.ts');

const isFeed = (argument: string): boolean => /^https:\/\//i.test(argument) || /\.xml$/i.test(argument);

/** What the arguments of `plan` name; none: the last accepted feed. */
export const loadSources = async (
  args: readonly string[],
  context: SourceContext,
): Promise<readonly LoadedSource[]> => {
  if (args.length === 0) return [await (await feeds()).lastAcceptedFeed(context)];
  const sources: LoadedSource[] = [];
  for (const argument of args) {
    sources.push(
      isFeed(argument)
        ? await (await feeds()).namedFeed(argument, context)
        : await loadCatalogueArgument(argument, context.cwd),
    );
  }
  return sources;
};

/**
 * The sources of a plan again: from the built-in catalogue or from the bytes that are kept by digest in the state
 * folder, never from a path that the plan names. Feeds are verified again.
 * @throws Refusal PLAN.SOURCE_UNKNOWN, TRUST.*
 */
export const reloadSources = async (
  sources: readonly PlanSource[],
  context: SourceContext,
): Promise<readonly LoadedSource[]> => {
  const catalogue = await builtInCatalogue();
  const found: LoadedSource[] = [];
  for (const source of sources) found.push(await reload(source, {catalogue, context}));
  return found;
};

/**
 * The source of something that was applied, to tell what it was: a feed that has been replaced since counts here, and must
 * not be applied from. @throws Refusal as reloadSources
 */
export const sourceAsApplied = async (source: PlanSource, context: SourceContext): Promise<LoadedSource> =>
  reload(source, {catalogue: await builtInCatalogue(), context, superseded: 'told'});

interface Reload {
  readonly catalogue: readonly LoadedSource[];
  readonly context: SourceContext;
  readonly superseded?: 'told';
}

const reload = async (source: PlanSource, {catalogue, context, superseded}: Reload): Promise<LoadedSource> => {
  const builtIn = catalogue.find((known) => known.source.digest === source.digest);
  if (builtIn && source.kind === 'local-catalogue') return builtIn;
  const bytes = await keptSource(context.stateDir, source.digest);
  if (!bytes) throw unknownSource(source);
  const name = basename(source.name);
  return source.kind === 'signed-feed'
    ? (await feeds()).verifiedSource(bytes, name, context, superseded)
    : catalogueSource(name, bytes);
};

const unknownSource = ({name, digest}: PlanSource): Refusal =>
  new Refusal('PLAN.SOURCE_UNKNOWN', `${name} (SHA-256 ${digest.slice(0, 12)}) was never planned with on this server`, {
    next: [{label: 'Plan here with the file itself, then apply that plan', command: `stopgap plan ${name} -o FILE`}],
  });
