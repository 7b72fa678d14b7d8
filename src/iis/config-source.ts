import {joinWindowsPath} from '../server/windows-path.ts';
import {type ConfigFault, type ConfigFile, isFault, lineOf, parseConfigFile} from './config-file.ts';
import type {IisConfiguration} from './configuration.ts';
import type {LineCounter} from './text/line-counter.ts';
import {ParsedDocument} from './text/parsed-document.ts';
import {attributeValue, type XmlDocument, type XmlElement} from './text/xml-node.ts';

/*
 * configSource="file": the section stands in a file of its own beside the web.config, with the section's element as its
 * document element. applicationHost.config may not use it (IIS: Unrecognized attribute 'configSource').
 * childSource="file" (IIS 8): what stands inside of an element comes from there, its own attributes stay. No file that
 * uses it was found: that the document element has the element's name, and what IIS says
 * where it has not, is taken over from configSource.
 */

export interface ResolvedSources {
  /** The file that holds the content of an element, by the element in the file that names it. */
  readonly sources: ReadonlyMap<XmlElement, ConfigFile>;
  readonly faults: readonly ConfigFault[];
}

const none: ResolvedSources = {sources: new Map(), faults: []};

type Attribute = 'configSource' | 'childSource';
const attributes: readonly Attribute[] = ['configSource', 'childSource'];

/** The attribute by which an element says that its content stands in another file. */
export const sourceAttribute = (element: XmlElement): Attribute | undefined =>
  attributes.find((name) => attributeValue(element, name) !== undefined);

const withSource = (holder: XmlElement): readonly XmlElement[] =>
  holder.children
    .filter(({name}) => name !== 'location' && name !== 'configSections')
    .flatMap((child) => [...(sourceAttribute(child) === undefined ? [] : [child]), ...withSource(child)]);

const mentioned = new WeakMap<LineCounter | XmlDocument, boolean>();

const mentions = (of: LineCounter | XmlDocument, text: string): boolean => {
  const known = mentioned.get(of) ?? attributes.some((name) => text.includes(name));
  mentioned.set(of, known);
  return known;
};

/** Asked of a text once: the states of an edited document share what was not edited. */
const mayName = (document: XmlDocument): boolean =>
  document instanceof ParsedDocument
    ? document.pieces.some(({lines, text}) => mentions(lines, text))
    : mentions(document, document.text);

/** What of one holder of a file stands in files of their own. */
export const resolveSources = async (
  configuration: IisConfiguration,
  file: ConfigFile,
  holder: XmlElement,
): Promise<ResolvedSources> => {
  if (!mayName(file.document)) return none;
  const sources = new Map<XmlElement, ConfigFile>();
  const faults: ConfigFault[] = [];
  for (const element of withSource(holder)) {
    const attribute = sourceAttribute(element) ?? 'configSource';
    const unknown = attribute === 'configSource' && file === configuration.applicationHost;
    const source = unknown ? undefined : await readSource(configuration, file, {element, attribute});
    const reason = unknown ? `Unrecognized attribute '${attribute}'` : `Specified ${attribute} cannot be parsed`;
    if (source) sources.set(element, source);
    else faults.push({file: file.path, line: lineOf(file, element), column: columnOf(file, element), reason});
  }
  return {sources, faults};
};

const readSource = async (
  configuration: IisConfiguration,
  file: ConfigFile,
  {element, attribute}: {readonly element: XmlElement; readonly attribute: Attribute},
): Promise<ConfigFile | undefined> => {
  const path = joinWindowsPath(file.path, '..', attributeValue(element, attribute) ?? '');
  const bytes = await configuration.readFile(path);
  const result = bytes && parseConfigFile(path, bytes, element.name);
  return result && !isFault(result) ? result.file : undefined;
};

/** From 1, in UTF-16 units. */
const columnOf = ({document}: ConfigFile, {start}: XmlElement): number => {
  const before = document.slice(Math.max(0, start - 4096), start);
  return before.length - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
};
