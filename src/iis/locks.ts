import {windowsPathKey} from '../server/windows-path.ts';
import {lineOf} from './config-file.ts';
import {sourceAttribute} from './config-source.ts';
import type {IisConfiguration} from './configuration.ts';
import {declarationOf, type SectionDeclaration} from './declarations.ts';
import {lockOnElement} from './element-locks.ts';
import {type Layer, type LayeredPath, sectionsIn} from './layers.ts';
import {collectionShape} from './section-table.ts';
import {attributeValue, childrenNamed, type XmlElement} from './text/xml-node.ts';
import {sameName} from './topology.ts';

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

export interface PlannedEdit {
  readonly section: string;
  readonly collection: string;
  readonly commit: CommitFile;
  /** Path of the file that would be written. */
  readonly file: string;
}

/**
 * May an item be added to this collection of a section, for this configuration path, in that file? By its declaration
 * (allowDefinition, allowLocation, overrideModeDefault), by location (overrideMode, allowOverride), by locks on the
 * section (lockElements, lockAllElementsExcept, lockItem), by what the file holds already (configSource, a location
 * for the same level).
 */
export const mayAdd = (configuration: IisConfiguration, path: LayeredPath, edit: PlannedEdit): Verdict => {
  const declaration = declarationOf(configuration.applicationHost, edit.section);
  if (!declaration) {
    const file = configuration.applicationHost;
    const why = `the section ${edit.section} is not declared: the module that owns it is not installed`;
    return forbidden({file}, file.document.root, why);
  }
  const above = layersAbove(path, edit.file);
  return (
    definedElsewhere(declaration, path, edit) ??
    lockedAbove(declaration, above, edit) ??
    lockedSection(above, edit) ??
    ownFileForbids(path, edit) ?? {allowed: true}
  );
};

const webConfigDefinitions = new Set(['Everywhere', 'MachineToApplication']);
const aboveApplicationHost = new Set(['MachineOnly', 'MachineToRootWeb']);

const definedElsewhere = (
  {file, line, allowDefinition, allowLocation}: SectionDeclaration,
  {configPath}: LayeredPath,
  {section, commit}: PlannedEdit,
): Verdict | undefined => {
  const no = (why: string): Verdict => ({allowed: false, file: file.path, line, why: `the section ${section} ${why}`});
  if (aboveApplicationHost.has(allowDefinition)) {
    return no(`may only be set above applicationHost.config (allowDefinition="${allowDefinition}")`);
  }
  if (allowDefinition === 'AppHostOnly' && configPath !== '') {
    return no('may only be set in applicationHost.config for the whole server (allowDefinition="AppHostOnly")');
  }
  if (commit === 'web.config' && !webConfigDefinitions.has(allowDefinition)) {
    return no(`may not be set in a web.config (allowDefinition="${allowDefinition}")`);
  }
  if (commit === 'apphost' && configPath !== '' && !allowLocation) {
    return no('may not stand in a <location> (allowLocation="false")');
  }
  return undefined;
};

/** The layers of the files above one, which alone can lock anything for it. */
export const layersAbove = ({layers}: LayeredPath, file: string): readonly Layer[] => {
  const files = [...new Set(layers.map((layer) => windowsPathKey(layer.file.path)))];
  const own = files.indexOf(windowsPathKey(file));
  const above = new Set(own === -1 ? files : files.slice(0, own));
  return layers.filter((layer) => above.has(windowsPathKey(layer.file.path)));
};

/**
 * From the declaration inwards every location that says Allow or Deny for the section decides anew, but a file cannot
 * unlock what a file above it has locked.
 */
export const lockedAbove = (
  {file, line, overrideModeDefault}: SectionDeclaration,
  above: readonly Layer[],
  {section, commit}: Pick<PlannedEdit, 'section' | 'commit'>,
): Verdict | undefined => {
  let lock: {readonly verdict: Verdict; readonly by: string} | undefined;
  if (overrideModeDefault === 'Deny' && commit === 'web.config') {
    const why = `the section ${section} is locked by default (overrideModeDefault="Deny")`;
    lock = {verdict: {allowed: false, file: file.path, line, why}, by: file.path};
  }
  for (const layer of above) {
    if (layer.location === null || sectionsIn(layer.holder, section).length === 0) continue;
    const mode = attributeValue(layer.holder, 'overrideMode');
    const legacy = attributeValue(layer.holder, 'allowOverride')?.toLowerCase();
    const by = layer.file.path;
    if (mode === 'Deny' || legacy === 'false') {
      lock ??= {verdict: forbidden(layer, layer.holder, `a location locks the section ${section}`), by};
    } else if ((mode === 'Allow' || legacy === 'true') && lock?.by === by) {
      lock = undefined;
    }
  }
  return lock?.verdict;
};

const isOwn = (layer: Layer, edit: PlannedEdit): boolean =>
  windowsPathKey(layer.file.path) === windowsPathKey(edit.file);

/** Locks on the section element bind the files below the one that holds them, not that file itself. */
const lockedSection = (above: readonly Layer[], {section, collection}: PlannedEdit): Verdict | undefined => {
  const item = collectionShape(section, collection)?.items[0] ?? 'add';
  for (const layer of above) {
    for (const element of sectionsIn(layer.holder, section)) {
      const why = lockOnElement(element, section, collection === '' ? item : collection);
      if (why !== undefined) return forbidden(layer, element, why);
      for (const inner of collection === '' ? [] : childrenNamed(element, collection)) {
        const innerWhy = lockOnElement(inner, `${section}/${collection}`, item);
        if (innerWhy !== undefined) return forbidden(layer, inner, innerWhy);
      }
    }
  }
  return undefined;
};

/** A section may stand only once for a level in a file: where it stands already decides what an addition would do. */
const ownFileForbids = ({configPath, layers}: LayeredPath, edit: PlannedEdit): Verdict | undefined => {
  const {section, commit} = edit;
  const intoBody = commit === 'web.config' || configPath === '';
  for (const layer of layers.filter((one) => isOwn(one, edit) && sameName(one.level, configPath))) {
    for (const element of sectionsIn(layer.holder, section)) {
      const source = sourceAttribute(element);
      if (source) return forbidden(layer, element, `the section ${section} stands in another file (${source})`);
      if (layer.location === null) continue;
      if (intoBody) {
        const why = `the section ${section} stands in a <location> of this file for the same path: IIS refuses a second one in its body`;
        return forbidden(layer, layer.holder, why);
      }
      if (attributeValue(layer.holder, 'inheritInChildApplications')?.toLowerCase() === 'false') {
        const why = `the section ${section} stands in a location that child applications do not inherit (inheritInChildApplications="false")`;
        return forbidden(layer, layer.holder, why);
      }
    }
  }
  return undefined;
};
