/** Where the values stand in a line, by the last `#Fields:` line. Facts: names may change at every such line. */
export interface LogFields {
  /** In lower case, in order. */
  readonly names: readonly string[];
  readonly at: ReadonlyMap<string, number>;
  /** Headers that are logged, `cs(User-Agent)`: the variable's name, `USER_AGENT`, the header's, and the place. */
  readonly headers: readonly {readonly variable: string; readonly header: string; readonly index: number}[];
}

const headerOf = (name: string): string | undefined =>
  name === 'cs-host' ? 'Host' : /^cs\(([^)]+)\)$/i.exec(name)?.[1];

/** Reads a line that begins with `#`; `undefined`: it does not name fields. */
export const parseFields = (line: string): LogFields | undefined => {
  const [, listed] = /^#Fields:\s*(.*?)\s*$/i.exec(line) ?? [];
  if (listed === undefined) return undefined;
  const written = listed.split(/\s+/);
  const names = written.map((name) => name.toLowerCase());
  return {
    names,
    at: new Map(names.map((name, index) => [name, index])),
    headers: written.flatMap((name, index) => {
      const header = headerOf(name);
      return header === undefined ? [] : [{header, variable: header.toUpperCase().replaceAll('-', '_'), index}];
    }),
  };
};

/** Two lists under which every line means the same. */
export const sameFields = (a: LogFields | undefined, b: LogFields | undefined): boolean =>
  a === b || a?.names.join(' ') === b?.names.join(' ');

/** A line of the log, its values by name; `-` stands for nothing, and so do absent fields. */
export interface LogLine {
  readonly values: readonly string[];
  readonly fields: LogFields;
}

/** `undefined`: not a line of these fields. */
export const parseLine = (text: string, fields: LogFields): LogLine | undefined => {
  const values = text.trimEnd().split(' ');
  return values.length === fields.names.length && !text.includes('\0') ? {values, fields} : undefined;
};

/** '' where the log has `-` or no such field. */
export const fieldValue = ({values, fields}: LogLine, name: string): string => {
  const index = fields.at.get(name);
  const value = index === undefined ? undefined : values[index];
  return value === undefined || value === '-' ? '' : value;
};
