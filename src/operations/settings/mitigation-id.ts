import * as z from 'zod';

/*
 * Ids as an administrator of the EM service writes them: `M1` (a mitigation), `M1.1` (one action of it), `M2.1.0` (with its
 * version), and padded, `M01.1`, as in Microsoft's own examples.
 */

export const mitigationId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\.\d+)*$/, 'an id is written M1, M1.1 or M2.1.0');

const unpadded = (part: string): string => part.replace(/^([A-Za-z_-]*)0+(?=\d)/, '$1');

/** `m01.1` and `M1.1` are one id. A CVE number is left as it is: `CVE-2021-26855`. */
export const normalId = (id: string): string => id.toUpperCase().split('.').map(unpadded).join('.');

/** Whether `parent` is `id` itself or one that it is a part of: `M1` is of `M1.1`, never of `M11`. */
const isPartOf = (id: string, parent: string): boolean => {
  const [own, above] = [normalId(id), normalId(parent)];
  return own === above || own.startsWith(`${above}.`);
};

/** A mitigation, and the ids of its actions. */
export interface NamedMitigation {
  readonly id: string;
  readonly actions: readonly {readonly id: string}[];
}

/**
 * Whether an entry of a list of ids means that mitigation. An entry that names one action, or a version of it, means the
 * whole: a mitigation is applied whole or not at all.
 */
export const means = (entry: string, {id, actions}: NamedMitigation): boolean =>
  isPartOf(id, entry) || actions.some((action) => isPartOf(action.id, entry) || isPartOf(entry, action.id));
