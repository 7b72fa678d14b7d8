import {noReadings, type Reading} from './reading.ts';

export interface SplitUrl {
  readonly path: string;
  /** Without the question mark; '' where there is none. */
  readonly query: string;
}

/** Path and query of a request target; scheme and host of an absolute one are left out. */
export const splitUrl = (url: string): SplitUrl => {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const question = target.indexOf('?');
  return question === -1
    ? {path: target, query: ''}
    : {path: target.slice(0, question), query: target.slice(question + 1)};
};

export const joinUrl = ({path, query}: SplitUrl): string => (query === '' ? path : `${path}?${query}`);

export interface Decoded {
  readonly text: string;
  readonly touched: ReadonlySet<Reading>;
}

const percentRun = /(?:%[0-9a-fA-F]{2})+/g;

const bytesOf = (run: string): Uint8Array =>
  Uint8Array.from(run.match(/[0-9a-fA-F]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

// Made once: one of them costs more than a thousand characters that it decodes.
const strictly = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
const loosely = new TextDecoder('utf-8', {ignoreBOM: true});

const decodeBytes = (bytes: Uint8Array, alternative: Reading | undefined, touched: Set<Reading>): string => {
  try {
    return strictly.decode(bytes);
  } catch {
    touched.add('byte-encoding');
    return alternative === 'byte-encoding' ? loosely.decode(bytes) : String.fromCharCode(...bytes);
  }
};

/** Percent encoding taken away once. What is not valid percent encoding stays. */
export const urlDecode = (text: string, alternative: Reading | undefined): Decoded => {
  if (!/[%+]/.test(text)) return {text, touched: noReadings};
  const touched = new Set<Reading>();
  if (text.includes('+')) touched.add('plus-is-blank');
  if (/%u[0-9a-fA-F]{4}/.test(text)) touched.add('percent-u');
  const blanks = alternative === 'plus-is-blank' ? text.replaceAll('+', ' ') : text;
  const decoded = blanks.replace(percentRun, (run) => decodeBytes(bytesOf(run), alternative, touched));
  const all =
    alternative === 'percent-u'
      ? decoded.replace(/%u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : decoded;
  return {text: all, touched};
};

const encodeWhere = (text: string, kept: RegExp): string =>
  Array.from(text, (char) =>
    kept.test(char)
      ? char
      : Array.from(
          new TextEncoder().encode(char),
          (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        ).join(''),
  ).join('');

export const urlEncode = (text: string, alternative: Reading | undefined): Decoded => {
  const strict = encodeWhere(text, /[A-Za-z0-9_.~-]/);
  const loose = encodeWhere(text, /[A-Za-z0-9_.~!*'();:@&=+$,/?#[\]-]/);
  const touched = new Set<Reading>(strict === loose ? [] : ['encoded-characters']);
  return {text: alternative === 'encoded-characters' ? loose : strict, touched};
};

const withoutDots = (path: string): string => {
  if (!/(?:^|\/)\.\.?(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      if (kept.length > 1) kept.pop();
      if (isLast) kept.push('');
    } else if (segment !== '.') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return kept.join('/');
};

/** A path as http.sys hands it on: decoded once, back slashes turned, dot segments resolved. */
export const normalizePath = (path: string, alternative?: Reading): string =>
  withoutDots(urlDecode(path, alternative).text.replaceAll('\\', '/'));

/** The readings under which rules might see another path than `normalizePath` gives. */
export const pathReadings = (path: string): readonly Reading[] => {
  const {touched} = urlDecode(path, undefined);
  return (['percent-u', 'byte-encoding'] as const).filter((reading) => touched.has(reading));
};

/** A path that holds percent encoding even when it is decoded. */
export const isDoubleEscaped = (path: string): boolean => {
  const once = urlDecode(path, undefined).text;
  return /%[0-9a-fA-F]{2}/.test(once);
};

/** The part of a configuration path below the site, `/app`; '' for the site itself and for the server. */
export const levelPath = (configPath: string): string => {
  const slash = configPath.indexOf('/');
  return slash === -1 ? '' : configPath.slice(slash).replace(/\/+$/, '');
};

/** The path as a rule of that level sees it, without leading slash; `undefined` where the path is not below the level. */
export const pathBelow = (configPath: string, path: string): string | undefined => {
  const level = levelPath(configPath);
  const start = path.slice(0, level.length);
  const rest = path.slice(level.length);
  if (start.toLowerCase() !== level.toLowerCase() || (rest !== '' && !rest.startsWith('/'))) return undefined;
  return rest.slice(1);
};
