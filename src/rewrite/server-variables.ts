import type {RewriteRules} from './level.ts';
import type {RewriteRequest, RewriteResponse} from './model.ts';
import {type Evaluated, plain, type Reading} from './reading.ts';
import {joinUrl, normalizePath, splitUrl, urlDecode} from './url.ts';

/** A request between two rules. */
export interface RequestState {
  readonly request: RewriteRequest;
  /** Current path, decoded and normalized. */
  readonly path: string;
  /** Current query, without the question mark. */
  readonly query: string;
  readonly rewritten: boolean;
  readonly useOriginalUrlEncoding: boolean;
  /** Server variables that rules have set, by name in upper case. */
  readonly settings: ReadonlyMap<string, string>;
  readonly response: RewriteResponse | undefined;
}

/** Where the rules of a level find a request. @param response where there is one already */
export const requestState = (
  {useOriginalUrlEncoding}: Pick<RewriteRules, 'useOriginalUrlEncoding'>,
  request: RewriteRequest,
  response?: RewriteResponse,
): RequestState => {
  const {path, query} = splitUrl(request.url);
  return {
    request,
    path: normalizePath(path),
    query,
    rewritten: false,
    useOriginalUrlEncoding,
    settings: new Map(),
    response,
  };
};

const variableName = (header: string): string => header.toUpperCase().replaceAll('-', '_');

const headerOf = (headers: Readonly<Record<string, string>>, name: string): string =>
  Object.entries(headers).find(([header]) => variableName(header) === name)?.[1] ?? '';

/** Whether the value of a header is known, be it that it was not sent. */
const isKnown = ({knownHeaders}: RewriteRequest, name: string): boolean => knownHeaders?.has(name) ?? true;

/** Path and query as sent; where a rule has rewritten them, as rewritten, unless the variable keeps its first value. */
const requestUri = (state: RequestState, alternative: Reading | undefined): Evaluated => {
  const touched = new Set<Reading>();
  const asSent = state.request.url.replace(/^https?:\/\/[^/?#]*/i, '');
  if (state.rewritten) touched.add('request-uri-as-sent');
  const current = state.rewritten && alternative !== 'request-uri-as-sent' ? joinUrl(state) : asSent;
  if (state.useOriginalUrlEncoding) return {text: current, touched, unknown: []};
  touched.add('decoded-variables');
  const text = alternative === 'decoded-variables' ? urlDecode(current, undefined).text : current;
  return {text, touched, unknown: []};
};

const computed = (name: string, state: RequestState, alternative: Reading | undefined): Evaluated | undefined => {
  const {request} = state;
  const https = request.https ?? true;
  const host = headerOf(request.headers, 'HOST');
  switch (name) {
    case 'REQUEST_URI':
      return requestUri(state, alternative);
    case 'UNENCODED_URL':
    case 'HTTP_URL':
      return plain(request.url);
    case 'URL':
    case 'PATH_INFO':
    case 'SCRIPT_NAME':
      return plain(state.path);
    case 'QUERY_STRING':
      return plain(state.query);
    case 'REQUEST_METHOD':
    case 'HTTP_METHOD':
      return plain(request.method);
    case 'HTTPS':
      return plain(https ? 'on' : 'off');
    case 'SERVER_PORT_SECURE':
      return plain(https ? '1' : '0');
    case 'SERVER_PORT':
      return plain(String(request.port ?? (https ? 443 : 80)));
    case 'SERVER_NAME':
      return isKnown(request, 'HOST') ? plain(host.replace(/:\d+$/, '')) : undefined;
    case 'REMOTE_ADDR':
    case 'REMOTE_HOST':
      return request.remoteAddress === undefined ? undefined : plain(request.remoteAddress);
    case 'CONTENT_TYPE':
    case 'CONTENT_LENGTH':
      return isKnown(request, name) ? plain(headerOf(request.headers, name)) : undefined;
    case 'HTTP_X_ORIGINAL_URL':
      if (state.rewritten) return plain(request.url);
      return isKnown(request, 'X_ORIGINAL_URL') ? plain(headerOf(request.headers, 'X_ORIGINAL_URL')) : undefined;
    case 'RESPONSE_STATUS':
      return state.response && plain(String(state.response.status));
    default:
      return undefined;
  }
};

/**
 * The value of a server variable. A header that was not sent is certainly empty; a variable that only IIS knows is empty
 * and named as unknown.
 */
export const serverVariable = (name: string, state: RequestState, alternative: Reading | undefined): Evaluated => {
  const upper = name.toUpperCase();
  const given = state.settings.get(upper) ?? state.request.variables?.[upper];
  if (given !== undefined) return plain(given);
  const known = computed(upper, state, alternative);
  if (known) return known;
  if (upper.startsWith('HTTP_') && isKnown(state.request, upper.slice(5))) {
    return plain(headerOf(state.request.headers, upper.slice(5)));
  }
  if (upper.startsWith('RESPONSE_') && state.response) return plain(headerOf(state.response.headers, upper.slice(9)));
  return {...plain(''), unknown: [name]};
};
