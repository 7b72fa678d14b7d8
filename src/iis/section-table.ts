/*
 * What a section is made of, as far as planning needs it: which elements are items of a collection, by which attributes
 * an item is known, what clears and what removes. From the published schema tables (rewrite_schema.xml, IIS_schema.xml).
 */

export interface CollectionShape {
  /** Names of item elements: `rule`; `add` and `preCondition` elsewhere. */
  readonly items: readonly string[];
  /** Attributes that make an item unique; empty: items without identity. */
  readonly keys: readonly string[];
  readonly remove: string | undefined;
  readonly clear: string | undefined;
}

export interface SectionShape {
  /** Collections inside of the section by element name; '' is the section's own. */
  readonly collections: Readonly<Record<string, CollectionShape>>;
}

const named = (item: string): CollectionShape => ({items: [item], keys: ['name'], remove: 'remove', clear: 'clear'});

const keyed = (...keys: readonly string[]): CollectionShape => ({
  items: ['add'],
  keys,
  remove: 'remove',
  clear: 'clear',
});

const shapes: Readonly<Record<string, SectionShape>> = {
  'system.webServer/rewrite/rules': {collections: {'': named('rule')}},
  'system.webServer/rewrite/globalRules': {collections: {'': named('rule')}},
  'system.webServer/rewrite/outboundRules': {
    collections: {
      '': named('rule'),
      preConditions: named('preCondition'),
      customTags: named('tags'),
    },
  },
  'system.webServer/rewrite/allowedServerVariables': {collections: {'': named('add')}},
  'system.webServer/rewrite/rewriteMaps': {collections: {'': named('rewriteMap')}},
  'system.webServer/rewrite/providers': {collections: {'': named('provider')}},
  'system.webServer/modules': {collections: {'': named('add')}},
  'system.webServer/globalModules': {collections: {'': named('add')}},
  'system.webServer/handlers': {collections: {'': named('add')}},
  'system.webServer/httpErrors': {
    collections: {'': {items: ['error'], keys: ['statusCode', 'subStatusCode'], remove: 'remove', clear: 'clear'}},
  },
  'system.webServer/security/requestFiltering': {
    collections: {
      fileExtensions: keyed('fileExtension'),
      verbs: keyed('verb'),
      hiddenSegments: keyed('segment'),
      denyUrlSequences: keyed('sequence'),
      alwaysAllowedUrls: keyed('url'),
      alwaysAllowedQueryStrings: keyed('queryString'),
      denyQueryStringSequences: keyed('sequence'),
      filteringRules: named('filteringRule'),
    },
  },
  'system.webServer/security/ipSecurity': {collections: {'': keyed('ipAddress', 'subnetMask', 'domainName')}},
  'system.applicationHost/applicationPools': {collections: {'': named('add')}},
  'system.applicationHost/sites': {collections: {'': named('site')}},
};

/** The shape of a section; `undefined` for one that this table does not know. */
export const sectionShape = (section: string): SectionShape | undefined => shapes[section];

/** The full name of a section that the table knows, by its full name or the end of it; `undefined`: none, or several. */
export const knownSection = (name: string): string | undefined => {
  const [only, ...more] = knownSections.filter((section) => section === name || section.endsWith(`/${name}`));
  return more.length === 0 ? only : undefined;
};

export const knownSections: readonly string[] = Object.keys(shapes);

export const collectionShape = (section: string, collection: string): CollectionShape | undefined =>
  shapes[section]?.collections[collection];
