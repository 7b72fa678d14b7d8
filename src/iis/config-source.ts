import {joinWindowsPath} from '../server/windows-path.ts';
import {type ConfigFault, type ConfigFile, isFault, parseConfigFile} from './config-file.ts';
import type {IisConfiguration} from './configuration.ts';
import {positionOf} from './text/position.ts';
import {attributeValue, type XmlElement} from './text/xml-node.ts';

/*
 * configSource="file": the section stands in a file of its own beside the web.config, with the section's element as its
 * document element. applicationHost.config may not use it (IIS: Unrecognized attribute 'configSource').
 */

export interface ResolvedSources {
  /** The file that holds the content of a section, by the section's element in the web.config. */
  readonly sources: ReadonlyMap<XmlElement, ConfigFile>;
  readonly faults: readonly ConfigFault[];
}

const none: ResolvedSources = {sources: new Map(), faults: []};

const withSource = (holder: XmlElement): readonly XmlElement[] =>
  holder.children
    .filter(({name}) => name !== 'location' && name !== 'configSections')
    .flatMap((child) => [
      ...(attributeValue(child, 'configSource') === undefined ? [] : [child]),
      ...withSource(child),
    ]);

/** The sections of one holder of a web.config that stand in files of their own. */
export const resolveSources = async (
  configuration: IisConfiguration,
  file: ConfigFile,
  holder: XmlElement,
): Promise<ResolvedSources> => {
  if (file === configuration.applicationHost || !file.document.text.includes('configSource')) return none;
  const sources = new Map<XmlElement, ConfigFile>();
  const faults: ConfigFault[] = [];
  for (const element of withSource(holder)) {
    const source = await readSource(configuration, file, element);
    if (source) sources.set(element, source);
    else faults.push(unusable(file, element));
  }
  return {sources, faults};
};

const readSource = async (
  configuration: IisConfiguration,
  file: ConfigFile,
  element: XmlElement,
): Promise<ConfigFile | undefined> => {
  const path = joinWindowsPath(file.path, '..', attributeValue(element, 'configSource') ?? '');
  const bytes = await configuration.readFile(path);
  const result = bytes && parseConfigFile(path, bytes, element.name);
  return result && !isFault(result) ? result.file : undefined;
};

/** As IIS says it, at the line that names the file. */
const unusable = (file: ConfigFile, element: XmlElement): ConfigFault => {
  const {line, column} = positionOf(file.document.text, element.start);
  return {file: file.path, line, column, reason: 'Specified configSource cannot be parsed'};
};
