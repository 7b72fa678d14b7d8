/* "Namespaces in XML 1.0": what a parser checks of names with a colon. Configuration files hardly have one. */

/** Prefixes and their URIs that an element declares, by element. */
export interface NamespaceScope {
  uriOf(prefix: string): string | undefined;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

const reserved: Readonly<Record<string, string>> = {
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/',
};
const reservedUris = Object.values(reserved);

export const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

/** A declaration that sections 2.2 and 3 forbid. */
const declarationFault = ({name, value}: NamedValue): string | undefined => {
  const prefix = name === 'xmlns' ? '' : name.slice(6);
  if (prefix === 'xmlns') return 'the prefix "xmlns" must not be declared';
  if (prefix === 'xml') return value === reserved['xml'] ? undefined : 'the prefix "xml" must keep its namespace';
  if (reservedUris.includes(value)) return 'this namespace must not be given another prefix';
  return prefix !== '' && value === '' ? `the prefix "${prefix}" cannot be taken back` : undefined;
};

const isQualified = (name: string): boolean => {
  const [prefix = '', local, more] = name.split(':');
  return prefix !== '' && more === undefined && (local === undefined || /^[\p{L}_]/u.test(local));
};

const notQualified = (name: string): string | undefined =>
  isQualified(name) ? undefined : `"${name}" is not a qualified name`;

/** What is wrong with an attribute by itself; `undefined`: nothing. */
export const attributeFault = (attribute: NamedValue): string | undefined =>
  notQualified(attribute.name) ?? (isDeclaration(attribute.name) ? declarationFault(attribute) : undefined);

const uriOf = (scope: NamespaceScope, prefix: string): string | undefined =>
  Object.hasOwn(reserved, prefix) ? reserved[prefix] : scope.uriOf(prefix);

const unbound = (scope: NamespaceScope, name: string): string | undefined => {
  const colon = name.indexOf(':');
  if (colon === -1 || uriOf(scope, name.slice(0, colon)) !== undefined) return undefined;
  return `the namespace prefix "${name.slice(0, colon)}" is not declared`;
};

/** Two prefixes may stand for one namespace, so names that look different can be one name. */
const twinFault = (scope: NamespaceScope, names: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  for (const name of names) {
    const colon = name.indexOf(':');
    if (colon === -1) continue;
    const local = name.slice(colon + 1);
    const expanded = JSON.stringify([uriOf(scope, name.slice(0, colon)), local]);
    if (seen.has(expanded)) return `the attribute ${local} of one namespace stands twice`;
    seen.add(expanded);
  }
  return undefined;
};

/** What is wrong with the names of a whole start tag, once its declarations are known; `undefined`: nothing. */
export const elementFault = (
  scope: NamespaceScope,
  name: string,
  attributes: readonly string[],
): string | undefined => {
  if (name.startsWith('xmlns:')) return 'the prefix "xmlns" is for declarations';
  const own = notQualified(name) ?? unbound(scope, name);
  return (
    own ??
    attributes.map((attribute) => unbound(scope, attribute)).find((fault) => fault !== undefined) ??
    twinFault(scope, attributes)
  );
};
