import type {Application, Site} from '../config/topology.ts';
import type {World} from '../config/world.ts';
import {urlDecode} from './variables.ts';

export interface SimulatedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request on its way through a site; rewriting changes path and query, the rest stays. */
export interface Exchange {
  readonly world: World;
  readonly request: SimulatedRequest;
  readonly site: Site;
  readonly application: Application;
  /** Decoded, `/owa/auth/logon.aspx`. */
  path: string;
  query: string;
  /** Set by rules; upper-case names. */
  readonly variables: Map<string, string>;
  /** What the rules did, for a person. */
  readonly trace: string[];
}

export const splitUrl = (url: string): {path: string; query: string} => {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  return {path: urlDecode(path), query: mark === -1 ? '' : url.slice(mark + 1)};
};

const header = (headers: Readonly<Record<string, string>>, variable: string): string | undefined => {
  const name = variable.replaceAll('_', '-').toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
};

/** The server variables of a request; `response` holds the headers of an answer that is on its way back. */
export const variableOf = (
  exchange: Exchange,
  physicalPath: string,
  response: {status: number; headers: Readonly<Record<string, string>>} | undefined,
): ((name: string) => string | undefined) => {
  const {request, site, path, query, variables} = exchange;
  const fixed: Readonly<Record<string, string>> = {
    REQUEST_URI: request.url,
    UNENCODED_URL: request.url,
    URL: path,
    PATH_INFO: path,
    SCRIPT_NAME: path,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method,
    REQUEST_FILENAME: physicalPath,
    PATH_TRANSLATED: physicalPath,
    HTTPS: request.protocol === 'https' ? 'on' : 'off',
    HTTP_HOST: request.host,
    HTTP_URL: request.url,
    HTTP_METHOD: request.method,
    SERVER_NAME: request.host.replace(/:\d+$/, ''),
    SERVER_PORT: request.protocol === 'https' ? '443' : '80',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REMOTE_ADDR: '127.0.0.1',
    CACHE_URL: `${request.protocol}://${request.host}${request.url}`,
    APP_POOL_ID: exchange.application.pool,
    INSTANCE_ID: site.id,
    ...(response ? {RESPONSE_STATUS: String(response.status)} : {}),
  };
  return (name) => {
    const set = variables.get(name);
    if (set !== undefined) return set;
    if (Object.hasOwn(fixed, name)) return fixed[name];
    if (name.startsWith('HTTP_')) return header(request.headers, name.slice('HTTP_'.length));
    if (name.startsWith('RESPONSE_') && response) return header(response.headers, name.slice('RESPONSE_'.length));
    return undefined;
  };
};
