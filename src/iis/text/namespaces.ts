import type {XmlAttribute} from './xml-node.ts';

/** An element while its start tag is read, with the prefixes that it declares itself. */
export interface NamespaceScope {
  readonly name: string;
  readonly start: number;
  readonly attributes: readonly XmlAttribute[];
  readonly parent: NamespaceScope | undefined;
  /** Prefix to URI; `undefined` when it declares none, as nearly all elements do. */
  readonly prefixes: ReadonlyMap<string, string> | undefined;
}

export interface NamespaceFault {
  readonly reason: string;
  readonly offset: number;
}

const reserved: Readonly<Record<string, string>> = {
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/',
};
const reservedUris = Object.values(reserved);

/** A declaration that "Namespaces in XML 1.0", sections 2.2 and 3, forbids. */
const declarationFault = ({name, value, start}: XmlAttribute): NamespaceFault | undefined => {
  const prefix = name === 'xmlns' ? '' : name.slice(6);
  const fault = (reason: string): NamespaceFault => ({reason, offset: start});
  if (prefix === 'xmlns') return fault('the prefix "xmlns" must not be declared');
  if (prefix === 'xml')
    return value === reserved['xml'] ? undefined : fault('the prefix "xml" must keep its namespace');
  if (reservedUris.includes(value)) return fault('this namespace must not be given another prefix');
  return prefix !== '' && value === '' ? fault(`the prefix "${prefix}" cannot be taken back`) : undefined;
};

const uriOf = (scope: NamespaceScope, prefix: string): string | undefined => {
  if (Object.hasOwn(reserved, prefix)) return reserved[prefix];
  for (let at: NamespaceScope | undefined = scope; at; at = at.parent) {
    const uri = at.prefixes?.get(prefix);
    if (uri !== undefined) return uri;
  }
  return undefined;
};

const nameFault = (scope: NamespaceScope, name: string, offset: number): NamespaceFault | undefined => {
  const colon = name.indexOf(':');
  if (colon === -1) return undefined;
  const prefix = name.slice(0, colon);
  const local = name.slice(colon + 1);
  if (prefix === '' || local === '' || local.includes(':') || !/^[\p{L}_]/u.test(local)) {
    return {reason: `"${name}" is not a qualified name`, offset};
  }
  return uriOf(scope, prefix) === undefined
    ? {reason: `the namespace prefix "${prefix}" is not declared`, offset}
    : undefined;
};

/** Two prefixes may stand for one namespace, so names that look different can be one name. */
const twinFault = (scope: NamespaceScope): NamespaceFault | undefined => {
  const seen = new Set<string>();
  for (const {name, start} of scope.attributes) {
    const colon = name.indexOf(':');
    if (colon === -1) continue;
    const local = name.slice(colon + 1);
    const expanded = JSON.stringify([uriOf(scope, name.slice(0, colon)), local]);
    if (seen.has(expanded)) return {reason: `the attribute ${local} of one namespace stands twice`, offset: start};
    seen.add(expanded);
  }
  return undefined;
};

const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

const isQualified = ({name}: XmlAttribute): boolean => name.includes(':') || name === 'xmlns';

/** What is wrong with the names of an element and its attributes as qualified names; `undefined`: nothing. */
export const namespaceFault = (scope: NamespaceScope): NamespaceFault | undefined => {
  if (scope.name.startsWith('xmlns:')) return {reason: 'the prefix "xmlns" is for declarations', offset: scope.start};
  if (!scope.attributes.some(isQualified)) return nameFault(scope, scope.name, scope.start);
  for (const attribute of scope.attributes) {
    const {name, start} = attribute;
    const fault = nameFault(scope, name, start) ?? (isDeclaration(name) ? declarationFault(attribute) : undefined);
    if (fault) return fault;
  }
  return nameFault(scope, scope.name, scope.start) ?? twinFault(scope);
};
