import type {ServiceState, StartType} from './service.ts';

/*
 * Reads what sc.exe prints. Labels are translated on many systems and their order is not: a field is found by its
 * place, a state or start type by its number, and nothing by its label.
 */

interface Field {
  /** The first value and, for a list, the values of the lines below that have no label. */
  readonly values: readonly string[];
}

const states: Readonly<Record<string, ServiceState>> = {
  1: 'STOPPED',
  2: 'START_PENDING',
  3: 'STOP_PENDING',
  4: 'RUNNING',
  5: 'CONTINUE_PENDING',
  6: 'PAUSE_PENDING',
  7: 'PAUSED',
};

const startTypes: Readonly<Record<string, StartType>> = {0: 'boot', 1: 'system', 2: 'auto', 3: 'demand', 4: 'disabled'};

/** Lines `LABEL : value`; what stands between brackets on a line of its own and the `[SC] ...` headers are none. */
const fieldsOf = (text: string): readonly Field[] => {
  const fields: {values: string[]}[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    const match = /^(\s*)([^:[(]*?)\s*:(.*)$/.exec(line);
    if (!match) continue;
    const [, , label = '', value = ''] = match;
    if (label === '') fields.at(-1)?.values.push(value.trim());
    else fields.push({values: [value.trim()]});
  }
  return fields;
};

export interface ScConfig {
  readonly name: string;
  readonly displayName: string;
  readonly startType: StartType;
  readonly dependencies: readonly string[];
}

/** `sc qc`: name, type, start type, error control, path, group, tag, display name, dependencies, account. */
export const parseScConfig = (text: string): ScConfig | undefined => {
  const fields = fieldsOf(text);
  const at = (index: number): string => fields[index]?.values[0] ?? '';
  const start = /^([0-4])\s+[A-Z_]+(\s+\(DELAYED\))?/.exec(at(2));
  const startType = start?.[1] === undefined ? undefined : startTypes[start[1]];
  if (startType === undefined || at(0) === '') return undefined;
  return {
    name: at(0),
    displayName: at(7),
    startType: startType === 'auto' && start?.[2] !== undefined ? 'delayed-auto' : startType,
    dependencies: fields[8]?.values.filter((name) => name !== '') ?? [],
  };
};

const exitCode = /^\d+\s+\(0x[0-9a-f]+\)$/i;

/** `sc query`, `sc start` and `sc stop`: the state stands before the two exit codes, whether a display name does or not. */
export const parseScState = (text: string): ServiceState | undefined => {
  const fields = fieldsOf(text);
  const codes = fields.findLastIndex(({values}) => exitCode.test(values[0] ?? '')) - 1;
  const state = /^([1-7])\s+[A-Z_]+/.exec(fields[codes - 1]?.values[0] ?? '')?.[1];
  return state === undefined ? undefined : states[state];
};

/** `sc enumdepend`: the first field of each block is the name of a service. */
export const parseScNames = (text: string): readonly string[] =>
  text
    .split(/\r?\n[ \t]*\r?\n/)
    .map((block) => fieldsOf(block.replace(/^[ \t]*\[.*$/gm, '')))
    .flatMap(([first, ...rest]) => (first?.values[0] && rest.length > 0 ? [first.values[0]] : []));
