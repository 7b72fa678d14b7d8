import {fail} from './failure.ts';
import {failure} from './messages.ts';

/*
 * The grammar: appcmd (command) (object-type) <identifier> </parameter:value ...>. A parameter may begin with / or -.
 */

export interface Parameter {
  /** Without its leading / or -: `section`, `+[name='R']`, `[name='R'].match.url`. */
  readonly text: string;
}

export interface AppcmdCommand {
  readonly verb: string;
  readonly object: AppcmdObject;
  readonly identifier: string | undefined;
  /** General parameters, by lower-case name; '' where one has no value. */
  readonly options: ReadonlyMap<string, string>;
  /** All others in their order: properties, filters and edits. */
  readonly parameters: readonly Parameter[];
}

const verbs = {
  SITE: ['list', 'set', 'add', 'delete', 'start', 'stop'],
  APP: ['list', 'set', 'add', 'delete'],
  VDIR: ['list', 'set', 'add', 'delete'],
  APPPOOL: ['list', 'set', 'add', 'delete', 'start', 'stop', 'recycle'],
  CONFIG: ['list', 'set', 'search', 'lock', 'unlock', 'clear', 'migrate'],
  WP: ['list'],
  REQUEST: ['list'],
  MODULE: ['list'],
  BACKUP: ['list', 'add', 'delete', 'restore'],
} as const;

export type AppcmdObject = keyof typeof verbs;

const isObject = (name: string): name is AppcmdObject => Object.hasOwn(verbs, name);

const objectOf = (word: string): AppcmdObject | undefined => {
  const name = word.toUpperCase();
  if (isObject(name)) return name;
  const singular = name.replace(/S$/, '');
  return isObject(singular) ? singular : undefined;
};

const general = new Set([
  'text',
  'xml',
  'in',
  'config',
  'metadata',
  'commit',
  'apphostconfig',
  'debug',
  'section',
  'overridemode',
  'wait',
  'timeout',
]);

/** `%uXXXX` is said to stand for a character; whether it does is switchable. */
const decodePercent = (text: string): string =>
  text.replace(/%u([0-9A-Fa-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const isParameter = (word: string): boolean => /^[/-]/.test(word);

const split = (text: string): readonly [name: string, value: string] => {
  const colon = text.indexOf(':');
  return colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
};

/** @throws AppcmdFailure */
export const parseCommand = (argv: readonly string[], percentEscapes: boolean): AppcmdCommand => {
  const words = percentEscapes ? argv.map(decodePercent) : argv;
  const [first, second, ...rest] = words;
  if (first === undefined) return fail(failure.usage);
  const alone = second === undefined || isParameter(second);
  const named = alone ? first : second;
  const object = objectOf(named) ?? fail(failure.unknownObject, named.toUpperCase());
  const verb = alone ? '' : first.toLowerCase();
  const supported: readonly string[] = verbs[object];
  if (!supported.includes(verb)) fail(failure.unknownVerb, verb.toUpperCase(), object);
  const [head] = rest;
  const hasIdentifier = head !== undefined && !isParameter(head);
  const {options, parameters} = parseParameters(hasIdentifier ? rest.slice(1) : rest);
  return {verb, object, identifier: hasIdentifier ? head : undefined, options, parameters};
};

const parseParameters = (words: readonly string[]): Pick<AppcmdCommand, 'options' | 'parameters'> => {
  const options = new Map<string, string>();
  const parameters: Parameter[] = [];
  for (const word of words) {
    // Another way to say /in.
    if (word === '-') {
      options.set('in', '');
      continue;
    }
    if (!isParameter(word)) fail(failure.notAParameter, word);
    const text = word.slice(1);
    const [name, value] = split(text);
    if (general.has(name.toLowerCase())) options.set(name.toLowerCase(), value);
    else parameters.push({text: text.startsWith('!') ? text.slice(1) : text});
  }
  return {options, parameters};
};

/** The properties of a command that takes `/name:value` only, by their names as given. */
export const propertiesOf = (command: AppcmdCommand): readonly (readonly [name: string, value: string])[] =>
  command.parameters.map(({text}) => split(text));
