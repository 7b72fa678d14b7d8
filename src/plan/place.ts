import {type IisConfiguration, webConfigAt} from '../iis/configuration.ts';
import {declarationOf} from '../iis/declarations.ts';
import {type LayeredPath, layersOf} from '../iis/layers.ts';
import {mayAdd, type Verdict} from '../iis/locks.ts';
import {
  directoriesServing,
  directoryAt,
  isAtOrBelow,
  physicalPathOf,
  sameName,
  type Topology,
} from '../iis/topology.ts';
import {joinWindowsPath} from '../server/windows-path.ts';
import {note, refuse} from './finding.ts';
import type {Finding} from './model.ts';

/** Where the items of one section go, and why there. */
export interface Place {
  readonly commit: 'web.config' | 'apphost';
  readonly configPath: string;
  /** `path` of the location that holds them; null: the body of the file. */
  readonly location: string | null;
  readonly file: string;
  readonly why: string;
}

export interface PlaceDecision {
  /** `undefined` when there is nowhere to put them: then a finding refuses. */
  readonly place: Place | undefined;
  readonly findings: readonly Finding[];
}

export interface PlaceQuestion {
  readonly configPath: string;
  readonly section: string;
  readonly collections: readonly string[];
  readonly forced: 'web.config' | 'apphost' | undefined;
  readonly concerns: readonly string[];
}

/** Other configuration paths that are served from the same folder, and so read the same web.config. */
export const sharersOf = (topology: Topology, configPath: string): readonly string[] => {
  const folder = physicalPathOf(topology, configPath);
  if (folder === undefined) return [];
  return directoriesServing(topology, [folder])
    .map((directory) => directory.configPath)
    .filter((path) => !sameName(path, configPath));
};

/**
 * A rule belongs into the web.config of its target, where an administrator looks for it, unless several applications
 * read that file (each would read the rule again), a lock forbids it, the section may only stand in
 * applicationHost.config, or the policy wants it to outlive an update that replaces the web.config.
 */
export const decidePlace = async (configuration: IisConfiguration, question: PlaceQuestion): Promise<PlaceDecision> => {
  const {configPath, forced, concerns} = question;
  const path = await layersOf(configuration, configPath);
  const host = hostPlace(configuration, configPath, '');
  if (configPath === '') return checked(configuration, path, question, {...host, why: 'it is for the whole server'});
  const web = webPlace(configuration, configPath);
  if (!web || !(await isThere(configuration, configPath))) return missing(configPath, concerns);
  if (forced === 'apphost')
    return checked(configuration, path, question, {...host, why: 'the plan was asked to put it there'});
  const sharers = sharersOf(configuration.topology, configPath);
  const locked = firstForbidden(configuration, path, question, web);
  if (forced === 'web.config') {
    const findings = sharers.length > 0 ? [sharedRefusal(web.file, sharers, concerns)] : [];
    const decision = checked(configuration, path, question, {...web, why: 'the plan was asked to put it there'});
    return {place: decision.place, findings: [...findings, ...decision.findings]};
  }
  if (locked && !locked.allowed) {
    const decision = checked(configuration, path, question, {
      ...host,
      why: `the web.config may not hold it: ${locked.why}`,
    });
    return decision;
  }
  if (sharers.length === 0)
    return {place: {...web, why: `the section may stand there, and only ${configPath} reads this file`}, findings: []};
  const why = `${sharers.length + 1} applications read its web.config, and written there each would read it again`;
  const decision = checked(configuration, path, question, {...host, why});
  return {place: decision.place, findings: [sharedNote(configPath, sharers, concerns), ...decision.findings]};
};

const hostPlace = (configuration: IisConfiguration, configPath: string, why: string): Place => ({
  commit: 'apphost',
  configPath,
  location: configPath === '' ? null : configPath,
  file: configuration.applicationHost.path,
  why,
});

const webPlace = (configuration: IisConfiguration, configPath: string): Omit<Place, 'why'> | undefined => {
  const folder = physicalPathOf(configuration.topology, configPath);
  return folder === undefined
    ? undefined
    : {commit: 'web.config', configPath, location: null, file: joinWindowsPath(folder, 'web.config')};
};

/** A path that nobody declares is a folder only if something stands in it: none is made up for a target that is missing. */
const isThere = async (configuration: IisConfiguration, configPath: string): Promise<boolean> =>
  sameName(directoryAt(configuration.topology, configPath)?.configPath ?? '', configPath) ||
  (await webConfigAt(configuration, configPath))?.result !== undefined;

const firstForbidden = (
  configuration: IisConfiguration,
  path: LayeredPath,
  {section, collections}: PlaceQuestion,
  {commit, file}: Pick<Place, 'commit' | 'file'>,
): Verdict | undefined =>
  collections
    .map((collection) => mayAdd(configuration, path, {section, collection, commit, file}))
    .find((verdict) => !verdict.allowed);

const checked = (
  configuration: IisConfiguration,
  path: LayeredPath,
  question: PlaceQuestion,
  place: Place,
): PlaceDecision => {
  const {section, concerns} = question;
  if (!declarationOf(configuration.applicationHost, section)) {
    const message = `the section ${section} is not declared on this server: the module that owns it is not installed`;
    return {place: undefined, findings: [refuse('IIS.SECTION_MISSING', message, {concerns})]};
  }
  const forbidden = firstForbidden(configuration, path, question, place);
  if (!forbidden || forbidden.allowed) return {place, findings: []};
  const message = `${place.file} may not hold it: ${forbidden.why}`;
  return {place: undefined, findings: [refuse('IIS.LOCKED', message, {concerns, where: forbidden})]};
};

const missing = (configPath: string, concerns: readonly string[]): PlaceDecision => ({
  place: undefined,
  findings: [
    refuse(
      'IIS.PATH_MISSING',
      `there is no site, application or virtual directory "${configPath}" on this server: the mitigation has no place here`,
      {concerns},
    ),
  ],
});

const sharedRefusal = (file: string, sharers: readonly string[], concerns: readonly string[]): Finding =>
  refuse(
    'IIS.SHARED_PATH',
    `${file} is read by ${sharers.join(', ')} too: an inherited item would stand there twice (500.19)`,
    {
      concerns,
    },
  );

const sharedNote = (configPath: string, sharers: readonly string[], concerns: readonly string[]): Finding => {
  const reach = sharers.every((path) => isAtOrBelow(path, configPath))
    ? 'they inherit it once'
    : `it reaches what lies below ${configPath} and nothing else`;
  const message = `${sharers.join(', ')} read the same web.config as ${configPath}; from applicationHost.config ${reach}`;
  return note('IIS.SHARED_PATH', message, {concerns});
};
