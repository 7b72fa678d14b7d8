import {type ConfigFile, lineOf} from './config-file.ts';
import {attributeValue, childNamed, childrenNamed, type XmlElement} from './text/xml-node.ts';

/** A `<section>` of configSections: what may be where by default. */
export interface SectionDeclaration {
  readonly file: ConfigFile;
  readonly line: number;
  readonly overrideModeDefault: 'Allow' | 'Deny';
  /** `Everywhere`, `MachineToApplication`, `AppHostOnly` ... */
  readonly allowDefinition: string;
  /** Whether the section may stand in a `<location>`. */
  readonly allowLocation: boolean;
}

/** Finds `system.webServer/rewrite/rules` in the section groups; `undefined`: IIS does not know the section. */
export const declarationOf = (file: ConfigFile, section: string): SectionDeclaration | undefined => {
  const names = section.split('/');
  const last = names.pop();
  let groups: readonly XmlElement[] = childrenNamed(file.document.root, 'configSections');
  for (const name of names) {
    groups = groups.flatMap((group) =>
      childrenNamed(group, 'sectionGroup').filter((child) => attributeValue(child, 'name') === name),
    );
  }
  const found = groups
    .flatMap((group) => childrenNamed(group, 'section'))
    .find((child) => attributeValue(child, 'name') === last);
  if (!found) return undefined;
  return {
    file,
    line: lineOf(file, found),
    overrideModeDefault: attributeValue(found, 'overrideModeDefault') === 'Deny' ? 'Deny' : 'Allow',
    allowDefinition: attributeValue(found, 'allowDefinition') ?? 'Everywhere',
    allowLocation: attributeValue(found, 'allowLocation')?.toLowerCase() !== 'false',
  };
};

/** Whether globalModules names the module: the file-level evidence that it is installed. */
export const hasGlobalModule = (file: ConfigFile, name: string): boolean => {
  const group = childNamed(file.document.root, 'system.webServer');
  const modules = group && childNamed(group, 'globalModules');
  return modules !== undefined && childrenNamed(modules, 'add').some((add) => attributeValue(add, 'name') === name);
};
