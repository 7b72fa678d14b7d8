import type {ElementSpec} from '../iis/element-spec.ts';

/*
 * What URL Rewrite reads, as this folder wants it: who resolves inheritance (`<clear/>`, `<remove/>`, locations) hands
 * the effective collections over, each element with the place that it comes from.
 */

/** Where an element stands, and the level that owns it. */
export interface RuleSource {
  /** A Windows path. */
  readonly file: string;
  readonly line: number;
  /** Configuration path below the server: '' for the server itself, `Site`, `Site/app`. */
  readonly configPath: string;
}

export interface SourcedElement {
  readonly element: ElementSpec;
  readonly source: RuleSource;
}

/** The collections of URL Rewrite whose elements can be added, compared and removed one by one. */
export type RewriteCollection =
  | 'rules'
  | 'globalRules'
  | 'outboundRules'
  | 'preConditions'
  | 'allowedServerVariables'
  | 'rewriteMaps';

/** The collection that an item is in, where it is named by its section and the collection inside of that. */
export const collectionOf = (item: {
  readonly section: Exclude<RewriteCollection, 'preConditions'>;
  readonly collection: '' | 'preConditions';
}): RewriteCollection => (item.collection === 'preConditions' ? 'preConditions' : item.section);

/**
 * What is in force at one configuration path. Collections are effective: inherited elements first, parent before child,
 * what was cleared or removed is gone. Two elements of one name may stand here: that is a fault that IIS reports, too.
 */
export interface RewriteLevel {
  /** `Site` or `Site/app`: the deepest level that rules were read for. */
  readonly configPath: string;
  readonly globalRules: readonly SourcedElement[];
  readonly rules: readonly SourcedElement[];
  readonly outboundRules: readonly SourcedElement[];
  readonly preConditions: readonly SourcedElement[];
  readonly rewriteMaps: readonly SourcedElement[];
  readonly allowedServerVariables: readonly SourcedElement[];
  /** `useOriginalURLEncoding` of the rules section (URL Rewrite 2.1); default true. */
  readonly useOriginalUrlEncoding?: boolean;
}

export const emptyLevel = (configPath: string): RewriteLevel => ({
  configPath,
  globalRules: [],
  rules: [],
  outboundRules: [],
  preConditions: [],
  rewriteMaps: [],
  allowedServerVariables: [],
});

/** A request as it comes to the server. */
export interface RewriteRequest {
  readonly method: string;
  /** Path and query as sent, percent encoding untouched. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Names, as in server variables (`USER_AGENT`), of the headers that are known, sent or not; absent: all are. A log holds
   * only a few.
   */
  readonly knownHeaders?: ReadonlySet<string>;
  /** Default: true. */
  readonly https?: boolean;
  readonly port?: number;
  readonly remoteAddress?: string;
  /** Server variables that the caller knows better, by their names in upper case. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What IsFile and IsDirectory would find; without it their answer is not known. */
  readonly fileAt?: (physicalPath: string) => 'file' | 'directory' | 'none';
}

export interface RewriteResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}
