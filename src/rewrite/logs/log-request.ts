import type {RewriteRequest} from '../model.ts';
import {fieldValue, type LogFields, type LogLine} from './fields.ts';

/*
 * A request from a line of a log. The log is not the request: blanks and control characters have become `+`, the path may
 * have been decoded, the application may have appended to the query. Where that leaves several requests possible, all of
 * them are tried, and only what they agree on is certain.
 */

export const logReadings = {
  'plus-was-blank': 'the log writes "+" for a blank, so which of them was sent is not known',
  'path-was-decoded': 'whether the log holds the path decoded is not known',
  appended: 'what stands at the end of the query may have been sent, and not appended by the application',
} as const;

export type LogReading = keyof typeof logReadings;

export interface PossibleRequest {
  readonly request: RewriteRequest;
  /** `undefined`: the reading that is taken. */
  readonly reading: LogReading | undefined;
}

/** What is known of the site beside its logs. */
export interface LogSite {
  /** What the application appends to cs-uri-query when it has answered; taken off. */
  readonly appended: RegExp | undefined;
  /** Ports on which requests come encrypted, and those on which they do not. */
  readonly encrypted: ReadonlyMap<number, boolean>;
}

const variablesOf = (line: LogLine, site: LogSite): Readonly<Record<string, string>> => {
  const known: Record<string, string> = {};
  const set = (variable: string, field: string): void => {
    if (line.fields.at.has(field)) known[variable] = fieldValue(line, field);
  };
  set('REMOTE_ADDR', 'c-ip');
  set('REMOTE_HOST', 'c-ip');
  set('LOCAL_ADDR', 's-ip');
  set('SERVER_PORT', 's-port');
  set('REMOTE_USER', 'cs-username');
  set('LOGON_USER', 'cs-username');
  set('AUTH_USER', 'cs-username');
  set('SERVER_PROTOCOL', 'cs-version');
  const encrypted = site.encrypted.get(Number(fieldValue(line, 's-port')));
  if (encrypted !== undefined) {
    known['HTTPS'] = encrypted ? 'on' : 'off';
    known['SERVER_PORT_SECURE'] = encrypted ? '1' : '0';
  }
  return known;
};

/** Server variables that the log can never tell, of those that a request is expected to have. */
export const untold = (variable: string, fields: LogFields, site: LogSite): boolean => {
  const name = variable.toUpperCase();
  const has = (field: string): boolean => fields.at.has(field);
  switch (name) {
    case 'REQUEST_URI':
    case 'UNENCODED_URL':
    case 'HTTP_URL':
    case 'URL':
    case 'PATH_INFO':
    case 'SCRIPT_NAME':
      return (
        !has('cs-uri-stem') ||
        (name !== 'URL' && name !== 'PATH_INFO' && name !== 'SCRIPT_NAME' && !has('cs-uri-query'))
      );
    case 'QUERY_STRING':
      return !has('cs-uri-query');
    case 'REQUEST_METHOD':
    case 'HTTP_METHOD':
      return !has('cs-method');
    case 'REMOTE_ADDR':
    case 'REMOTE_HOST':
      return !has('c-ip');
    case 'LOCAL_ADDR':
      return !has('s-ip');
    case 'SERVER_PORT':
      return !has('s-port');
    case 'HTTPS':
    case 'SERVER_PORT_SECURE':
      return !has('s-port') || site.encrypted.size === 0;
    case 'REMOTE_USER':
    case 'LOGON_USER':
    case 'AUTH_USER':
      return !has('cs-username');
    case 'SERVER_PROTOCOL':
      return !has('cs-version');
    case 'SERVER_NAME':
      return !fields.headers.some(({variable: header}) => header === 'HOST');
    default: {
      const header = name.startsWith('HTTP_') ? name.slice(5) : name;
      return !fields.headers.some(({variable: logged}) => logged === header);
    }
  }
};

export const headersOf = ({values, fields}: LogLine): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const {header, index} of fields.headers) {
    const value = values[index] ?? '-';
    if (value !== '-') headers[header] = value;
  }
  return headers;
};

const urlOf = (stem: string, query: string): string => (query === '' ? stem : `${stem}?${query}`);

const withBlanks = (text: string): string => text.replaceAll('+', '%20');

/**
 * Every request that the line may stand for, the one that is taken first. Readings of headers count only where they are
 * looked at: nearly every client's name has blanks.
 */
export const requestsOf = (
  line: LogLine,
  {site, headersCount}: {readonly site: LogSite; readonly headersCount: boolean},
): readonly [PossibleRequest, ...PossibleRequest[]] => {
  const stem = fieldValue(line, 'cs-uri-stem');
  const logged = fieldValue(line, 'cs-uri-query');
  const query = site.appended ? logged.replace(site.appended, '') : logged;
  const headers = headersOf(line);
  const base: RewriteRequest = {
    method: fieldValue(line, 'cs-method'),
    url: urlOf(stem, query),
    headers,
    knownHeaders: new Set(line.fields.headers.map(({variable}) => variable)),
    variables: variablesOf(line, site),
  };
  const others: PossibleRequest[] = [];
  const also = (reading: LogReading, url: string, sent = headers): void => {
    others.push({reading, request: {...base, url, headers: sent}});
  };
  if (query !== logged) also('appended', urlOf(stem, logged));
  if (stem.includes('%')) also('path-was-decoded', urlOf(stem.replaceAll('%', '%25'), query));
  const blanks = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll('+', ' ')]));
  const plus = headersCount && Object.values(headers).some((value) => value.includes('+'));
  if (plus || stem.includes('+') || query.includes('+')) {
    also('plus-was-blank', urlOf(withBlanks(stem), withBlanks(query)), blanks);
  }
  return [{request: base, reading: undefined}, ...others];
};
