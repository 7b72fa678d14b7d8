/** An element of a configuration section as it should be: names and values, order kept, no positions. */
export interface ElementSpec {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly ElementSpec[];
}

export const specAttribute = (spec: ElementSpec, name: string): string | undefined =>
  spec.attributes.find(([key]) => key === name)?.[1];

export const specChild = (spec: ElementSpec, name: string): ElementSpec | undefined =>
  spec.children.find((child) => child.name === name);

export const specChildren = (spec: ElementSpec, name: string): readonly ElementSpec[] =>
  spec.children.filter((child) => child.name === name);
