import {windowsPathKey} from '../server/windows-path.ts';
import {lineOf} from './config-file.ts';
import type {IisConfiguration} from './configuration.ts';
import {declarationOf} from './declarations.ts';
import {type Layer, type LayeredPath, sectionsIn} from './layers.ts';
import {collectionShape} from './section-table.ts';
import {attributeValue, type XmlElement} from './text/xml-node.ts';
import {isAtOrBelow} from './topology.ts';

/** Where an edit would be written: a web.config of the path, or applicationHost.config (in a location or its body). */
export type CommitFile = 'web.config' | 'apphost';

/** Whether an edit may be made there, and if not, which line forbids it. */
export type Verdict =
  | {readonly allowed: true}
  | {readonly allowed: false; readonly file: string; readonly line: number; readonly why: string};

const forbidden = (layer: Pick<Layer, 'file'>, element: XmlElement, why: string): Verdict => ({
  allowed: false,
  file: layer.file.path,
  line: lineOf(layer.file, element),
  why,
});

const webConfigDefinitions = new Set(['Everywhere', 'MachineToApplication']);

/** A name in a comma list such as lockElements="clear,remove"; `*` names all. */
const lists = (list: string | undefined, name: string): boolean =>
  (list ?? '').split(',').some((entry) => entry.trim() === '*' || entry.trim() === name);

export interface PlannedEdit {
  readonly section: string;
  readonly collection: string;
  readonly commit: CommitFile;
  /** Path of the file that would be written. */
  readonly file: string;
}

/**
 * May an item be added to this collection of a section, for this configuration path, in that file? By default
 * (overrideModeDefault, allowDefinition), by location (overrideMode, allowOverride), by locks on the section
 * (lockElements, lockAllElementsExcept, lockItem), by configSource.
 */
export const mayAdd = (configuration: IisConfiguration, path: LayeredPath, edit: PlannedEdit): Verdict => {
  const declaration = declarationOf(configuration.applicationHost, edit.section);
  if (!declaration) {
    const file = configuration.applicationHost;
    return forbidden(
      {file},
      file.document.root,
      `the section ${edit.section} is not declared: the module that owns it is not installed`,
    );
  }
  const declared: Verdict = {
    allowed: false,
    file: declaration.file.path,
    line: declaration.line,
    why: `the section ${edit.section} may only be set in applicationHost.config (allowDefinition="${declaration.allowDefinition}")`,
  };
  if (declaration.allowDefinition === 'AppHostOnly' && path.configPath !== '') return declared;
  if (edit.commit === 'apphost') return lockedIn(path.layers, edit);
  if (!webConfigDefinitions.has(declaration.allowDefinition)) return declared;
  const mode = overrideModeAt(path, edit.section);
  if (mode.deny) return mode.verdict;
  if (!mode.allow && declaration.overrideModeDefault === 'Deny') {
    return {...declared, why: `the section ${edit.section} is locked by default (overrideModeDefault="Deny")`};
  }
  return lockedIn(path.layers, edit);
};

/** The innermost location above the path that says Allow or Deny for the section decides. */
const overrideModeAt = (
  path: LayeredPath,
  section: string,
): {readonly deny: true; readonly verdict: Verdict} | {readonly deny: false; readonly allow: boolean} => {
  const speaking = path.layers.filter(
    (layer) =>
      layer.location !== null &&
      isAtOrBelow(path.configPath, layer.level) &&
      sectionsIn(layer.holder, section).length > 0,
  );
  for (const layer of speaking.toReversed()) {
    const mode = attributeValue(layer.holder, 'overrideMode');
    const legacy = attributeValue(layer.holder, 'allowOverride')?.toLowerCase();
    if (mode === 'Deny' || legacy === 'false') {
      return {deny: true, verdict: forbidden(layer, layer.holder, `a location locks the section ${section}`)};
    }
    if (mode === 'Allow' || legacy === 'true') return {deny: false, allow: true};
  }
  return {deny: false, allow: false};
};

/** Locks on the section element bind the files below the one that holds them, not that file itself. */
const lockedIn = (layers: readonly Layer[], edit: PlannedEdit): Verdict => {
  const item = collectionShape(edit.section, edit.collection)?.items[0] ?? 'add';
  for (const layer of layers) {
    const own = windowsPathKey(layer.file.path) === windowsPathKey(edit.file);
    for (const element of sectionsIn(layer.holder, edit.section)) {
      const why = own ? movedAway(element, edit.section) : lockOn(element, edit.section, item);
      if (why !== undefined) return forbidden(layer, element, why);
    }
  }
  return {allowed: true};
};

const movedAway = (element: XmlElement, section: string): string | undefined =>
  attributeValue(element, 'configSource') === undefined
    ? undefined
    : `the section ${section} stands in another file (configSource)`;

const lockOn = (element: XmlElement, section: string, item: string): string | undefined => {
  const except = attributeValue(element, 'lockAllElementsExcept');
  if (attributeValue(element, 'lockItem')?.toLowerCase() === 'true')
    return `the section ${section} is locked (lockItem="true")`;
  if (lists(attributeValue(element, 'lockElements'), item)) {
    return `the element <${item}> of ${section} is locked (lockElements)`;
  }
  if (except !== undefined && !lists(except, item)) {
    return `the element <${item}> of ${section} is locked (lockAllElementsExcept="${except}")`;
  }
  return undefined;
};
