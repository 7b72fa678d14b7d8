import type {IisConfiguration} from '../iis/configuration.ts';
import {type EffectiveItem, effectiveCollection, type SectionFault, sectionFaults} from '../iis/effective.ts';
import {effectiveAttribute} from '../iis/effective-attribute.ts';
import {type LayeredPath, layersOf} from '../iis/layers.ts';
import {toSpec} from '../iis/to-spec.ts';
import {collectionOf, type RewriteCollection, type RewriteLevel, type SourcedElement} from './model.ts';

/** Full name of the section that holds a collection. */
export const sectionOf = (collection: RewriteCollection): string =>
  `system.webServer/rewrite/${collection === 'preConditions' ? 'outboundRules' : collection}`;

const sourced = ({element, file, line, level}: EffectiveItem): SourcedElement => ({
  element: toSpec(element),
  source: {file: file.path, line, configPath: level},
});

/** The elements of one collection that a configuration path sees. */
export const rewriteItemsOf = (path: LayeredPath, collection: RewriteCollection): readonly SourcedElement[] =>
  effectiveCollection(path, sectionOf(collection), collection === 'preConditions' ? 'preConditions' : '').items.map(
    sourced,
  );

/** `useOriginalURLEncoding` may stand at either section, URL Rewrite 2.1; what it does to the other one is not known. */
const keepsEncoding = (path: LayeredPath): boolean =>
  (['globalRules', 'rules'] as const).every((section) => {
    const where = {section: sectionOf(section), element: undefined};
    return effectiveAttribute(path, where, 'useOriginalURLEncoding')?.toLowerCase() !== 'false';
  });

/** Everything of URL Rewrite that is in force at a configuration path. */
export const levelOfPath = (path: LayeredPath): RewriteLevel => ({
  configPath: path.configPath,
  globalRules: rewriteItemsOf(path, 'globalRules'),
  rules: rewriteItemsOf(path, 'rules'),
  outboundRules: rewriteItemsOf(path, 'outboundRules'),
  preConditions: rewriteItemsOf(path, 'preConditions'),
  rewriteMaps: rewriteItemsOf(path, 'rewriteMaps'),
  allowedServerVariables: rewriteItemsOf(path, 'allowedServerVariables'),
  useOriginalUrlEncoding: keepsEncoding(path),
});

export const levelOf = async (configuration: IisConfiguration, configPath: string): Promise<RewriteLevel> =>
  levelOfPath(await layersOf(configuration, configPath));

const sections = ['globalRules', 'rules', 'outboundRules', 'rewriteMaps', 'allowedServerVariables'] as const;

/** What makes IIS answer 500.19 at this path because of URL Rewrite: duplicates along the chain, unreadable files. */
export const rewriteFaults = (path: LayeredPath): readonly SectionFault[] => [
  ...path.faults.map(({file, line, reason}) => ({file, line, reason})),
  ...sections.flatMap((section) => sectionFaults(path, sectionOf(collectionOf({section, collection: ''})))),
];
