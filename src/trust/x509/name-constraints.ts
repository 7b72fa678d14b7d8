import type {Certificate} from './certificate.ts';
import type {NameConstraints} from './extensions.ts';
import type {GeneralName} from './general-name.ts';
import {isWithin} from './name.ts';

/**
 * State of RFC 5280 section 6.1.2 (b) and (c). Intersecting permitted subtrees is put off: every list that a
 * certificate brought must admit a name, which is the same thing and needs no arithmetic on subtrees.
 */
export interface ConstraintState {
  readonly permitted: readonly (readonly GeneralName[])[];
  readonly excluded: readonly GeneralName[];
}

export const unconstrained: ConstraintState = {permitted: [], excluded: []};

export const constrain = (state: ConstraintState, by: NameConstraints): ConstraintState => ({
  permitted: [...state.permitted, by.permitted],
  excluded: [...state.excluded, ...by.excluded],
});

const hostWithin = (host: string, base: string): boolean => {
  const [name, constraint] = [host.toLowerCase(), base.toLowerCase()];
  if (constraint === '') return true;
  return constraint.startsWith('.')
    ? name.endsWith(constraint)
    : name === constraint || name.endsWith(`.${constraint}`);
};

const emailWithin = (address: string, base: string): boolean => {
  const at = address.lastIndexOf('@');
  const host = address.slice(at + 1).toLowerCase();
  const constraint = base.toLowerCase();
  if (base.includes('@')) {
    const local = base.slice(0, base.lastIndexOf('@'));
    return local === address.slice(0, at) && constraint.slice(constraint.lastIndexOf('@') + 1) === host;
  }
  return constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint;
};

/** The host of a URI; undefined where it has none or an address, which section 4.2.1.10 says to refuse. */
const hostOf = (uri: string): string | undefined => {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#]*)/i.exec(uri)?.[1];
  return host && /[a-z]/i.test(host) && host.includes('.') ? host.toLowerCase() : undefined;
};

const uriWithin = (uri: string, base: string): boolean | 'cannot-tell' => {
  const host = hostOf(uri);
  if (host === undefined) return 'cannot-tell';
  const constraint = base.toLowerCase();
  return constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint;
};

const addressWithin = (address: Uint8Array, base: Uint8Array): boolean | 'cannot-tell' => {
  if (base.length !== address.length * 2) return base.length === 8 || base.length === 32 ? false : 'cannot-tell';
  return address.every((byte, index) => {
    const mask = base[address.length + index] ?? 0;
    return (byte & mask) === ((base[index] ?? 0) & mask);
  });
};

/** undefined: the constraint is about another kind of name. */
const within = (name: GeneralName, base: GeneralName): boolean | 'cannot-tell' | undefined => {
  if (name.kind === 'directory') return base.kind === 'directory' ? isWithin(name.name, base.name) : undefined;
  if (name.kind === 'ip') return base.kind === 'ip' ? addressWithin(name.bytes, base.bytes) : undefined;
  if (name.kind === 'other') return base.kind === 'other' && base.tag === name.tag ? 'cannot-tell' : undefined;
  if (base.kind !== name.kind) return undefined;
  if (name.kind === 'dns') return hostWithin(name.value, base.value);
  return name.kind === 'email' ? emailWithin(name.value, base.value) : uriWithin(name.value, base.value);
};

const isAdmitted = (name: GeneralName, {permitted, excluded}: ConstraintState): boolean => {
  if (excluded.some((base) => within(name, base) === true || within(name, base) === 'cannot-tell')) return false;
  return permitted.every((list) => {
    const verdicts = list.map((base) => within(name, base)).filter((verdict) => verdict !== undefined);
    return verdicts.length === 0 || verdicts.includes(true);
  });
};

type Named = Pick<Certificate, 'subject' | 'subjectAltNames'>;

const namesOf = ({subject, subjectAltNames}: Named): readonly GeneralName[] => [
  ...(subject.rdns.length > 0 ? [{kind: 'directory', name: subject} as const] : []),
  ...subject.emails.map((value) => ({kind: 'email', value}) as const),
  ...subjectAltNames,
];

/** Section 6.1.3 (b) and (c): every name of the certificate is inside what is permitted and outside what is excluded. */
export const admitsNames = (certificate: Named, state: ConstraintState): boolean =>
  namesOf(certificate).every((name) => isAdmitted(name, state));
