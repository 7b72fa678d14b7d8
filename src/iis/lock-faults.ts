import {windowsPathKey} from '../server/windows-path.ts';
import {type ConfigFile, lineOf} from './config-file.ts';
import {declarationOf, type SectionDeclaration} from './declarations.ts';
import type {SectionFault} from './effective.ts';
import {lockOnAttribute, lockOnElement} from './element-locks.ts';
import {type Layer, type LayeredPath, sectionsIn} from './layers.ts';
import {layersAbove, lockedAbove} from './locks.ts';
import type {XmlElement} from './text/xml-node.ts';

/** IIS's own words, the start of them. */
const cannotBeUsed =
  'This configuration section cannot be used at this path. This happens when the section is locked at a parent level';

const declarationIn = ({layers}: LayeredPath, section: string): SectionDeclaration | undefined =>
  layers
    .filter(({level, location}) => level === '' && location === null)
    .map(({file}) => declarationOf(file, section))
    .findLast((declaration) => declaration !== undefined);

const fault = (file: ConfigFile, element: XmlElement, reason: string): SectionFault => ({
  file: file.path,
  line: lineOf(file, element),
  reason,
});

const isServerLevel = ({level}: Layer): boolean => level === '';

/** A section that stands in a web.config although a declaration or a location further up locks it. */
const sectionLocks = (path: LayeredPath, layer: Layer, section: string): readonly SectionFault[] => {
  const declaration = declarationIn(path, section);
  if (!declaration) return [];
  const lock = lockedAbove(declaration, layersAbove(path, layer.file.path), {section, commit: 'web.config'});
  if (!lock || lock.allowed) return [];
  return sectionsIn(layer.holder, section).map((element) =>
    fault(layer.file, element, `${cannotBeUsed} (${lock.file}:${lock.line})`),
  );
};

/** Elements and attributes that an element of the same section further up locks. */
const elementLocks = (path: LayeredPath, layer: Layer, section: string): readonly SectionFault[] => {
  const upper = layersAbove(path, layer.file.path).flatMap((above) =>
    sectionsIn(above.holder, section).map((element) => ({file: above.file, element})),
  );
  return sectionsIn(layer.holder, section).flatMap((own) =>
    upper.flatMap(({file, element}) => {
      const because = (why: string): string => `Lock violation: ${why} (${file.path}:${lineOf(file, element)})`;
      const attributes = own.attributes.map(({name}) => [own, lockOnAttribute(element, section, name)] as const);
      const children = own.children.map((child) => [child, lockOnElement(element, section, child.name)] as const);
      return [...attributes, ...children].flatMap(([at, why]) =>
        why === undefined ? [] : [fault(layer.file, at, because(why))],
      );
    }),
  );
};

/**
 * What stands in the files of a path although a file further up forbids it: IIS answers 500.19, at the lower line. Locks
 * bind lower files, never a location of the same file.
 */
export const lockFaults = (path: LayeredPath, section: string): readonly SectionFault[] => {
  const seen = new Set<string>();
  const lower = path.layers.filter((layer) => {
    if (isServerLevel(layer) || sectionsIn(layer.holder, section).length === 0) return false;
    // A location of applicationHost.config for this path is not below applicationHost.config.
    return layersAbove(path, layer.file.path).some(isServerLevel) && !isHostFile(path, layer);
  });
  return lower
    .flatMap((layer) => [...sectionLocks(path, layer, section), ...elementLocks(path, layer, section)])
    .filter(({file, line}) => {
      const key = `${windowsPathKey(file)}:${line}`;
      return seen.size !== seen.add(key).size;
    });
};

const isHostFile = (path: LayeredPath, {file}: Layer): boolean =>
  path.layers.some((layer) => isServerLevel(layer) && layer.file === file);
