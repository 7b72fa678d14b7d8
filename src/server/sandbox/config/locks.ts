import {positionOf} from '../../../iis/text/position.ts';
import {attributeValue, type XmlElement} from '../../../iis/text/xml-node.ts';
import {type ConfigPath, levelsOf, placeOfLevel, samePath} from './config-path.ts';
import type {Declaration} from './declarations.ts';
import {ConfigFault, native, win32} from './fault.ts';
import {apphostRank, isAtOrAbove, type Layer, type Scope, scopesOf} from './layers.ts';
import {sectionElements} from './topology.ts';

export const faultAt = (layer: Pick<Layer, 'file' | 'document'>, element: XmlElement, reason: string, code: number) =>
  new ConfigFault(layer.file, positionOf(layer.document.text, element.start).line, reason, code);

const depthOf = (level: string): number => (level === '' ? 0 : level.split('/').length);

/**
 * Whether the section may be used in a file of that rank at that level. Locks are for lower files: locations of one
 * file do not lock each other, the deepest one that fits wins.
 */
export const isLocked = (declaration: Declaration, layers: readonly Layer[], level: string, rank: number): boolean => {
  let mode = declaration.overrideModeDefault;
  for (const layer of layers.filter((candidate) => candidate.rank < rank)) {
    if (mode === 'Deny' && layer.rank > apphostRank) return true;
    const speaking = scopesOf(layer)
      .filter((scope) => scope.overrideMode && isAtOrAbove(scope.level, level))
      .filter((scope) => sectionElements(scope.element, declaration.section).length > 0)
      .toSorted((a, b) => depthOf(a.level) - depthOf(b.level));
    mode = speaking.at(-1)?.overrideMode ?? mode;
  }
  return mode === 'Deny';
};

/** Whether the section may stand at that level at all. */
export const isDefinable = (
  declaration: Declaration,
  target: ConfigPath,
  scope: {level: string; rank: number},
): boolean => {
  const isServer = scope.level === '';
  switch (declaration.allowDefinition) {
    case 'MachineOnly':
      return scope.rank === 0;
    case 'MachineToRootWeb':
      return scope.rank <= 1;
    case 'AppHostOnly':
      return isServer && scope.rank <= apphostRank;
    case 'MachineToApplication': {
      const level = levelsOf(target).find(({path}) => samePath(path, scope.level));
      const place = level && placeOfLevel(level);
      return isServer || scope.rank <= apphostRank || samePath(place?.application.path ?? '', level?.url ?? '/');
    }
    default:
      return true;
  }
};

/** @throws ConfigFault when the scope holds the section where it must not */
export const checkUse = (
  declaration: Declaration,
  layers: readonly Layer[],
  target: ConfigPath,
  use: {scope: Scope; element: XmlElement},
): void => {
  const {scope, element} = use;
  const {layer} = scope;
  const definable = isDefinable(declaration, target, {level: scope.level, rank: layer.rank});
  const locked = layer.rank > apphostRank && isLocked(declaration, layers, scope.level, layer.rank);
  if (!definable || locked) throw faultAt(layer, element, native.locked, win32.lockViolation);
};

const names = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const locks = (parent: XmlElement, kind: 'Attributes' | 'Elements', name: string): boolean => {
  const locked = names(attributeValue(parent, `lock${kind}`));
  if (locked.includes('*') || locked.includes(name)) return true;
  const except = attributeValue(parent, `lockAll${kind}Except`);
  return except !== undefined && !names(except).includes(name);
};

/** Attributes and element names that an element above locks against this one of a lower file. */
export const lockedParts = (
  above: readonly XmlElement[],
): {attribute: (name: string) => boolean; element: (name: string) => boolean} => ({
  attribute: (name) => above.some((parent) => locks(parent, 'Attributes', name)),
  element: (name) => above.some((parent) => locks(parent, 'Elements', name)),
});
