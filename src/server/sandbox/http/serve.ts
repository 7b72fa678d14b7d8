import type {HttpAnswer} from '../../server.ts';
import {poolState, serviceRuns} from '../appcmd/pool-state.ts';
import {parseConfigPath, siteOfUrl} from '../config/config-path.ts';
import {ConfigFault} from '../config/fault.ts';
import {placeOf, type Site, urlPath} from '../config/topology.ts';
import {openWorld, poolsOf, sitesOf, type World} from '../config/world.ts';
import {readRuntime} from '../runtime.ts';
import type {Runtime} from '../runtime-json.ts';
import {checkConfiguration} from './config-check.ts';
import {type Exchange, type SimulatedRequest, splitUrl} from './exchange.ts';
import {runOutboundRules} from './outbound.ts';
import {BadPattern} from './pattern.ts';
import {type RuleEnd, runInboundRules} from './rules.ts';

export interface SimulatedAnswer extends HttpAnswer {
  /** The native text of a configuration error. */
  readonly error?: {readonly file: string; readonly line: number; readonly text: string};
  readonly site?: string;
  readonly application?: string;
  readonly pool?: string;
  /** What the rules did, in order. */
  readonly trace: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  js: 'application/javascript',
  css: 'text/css',
  png: 'image/png',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
  json: 'application/json',
  xml: 'text/xml',
  txt: 'text/plain',
};

/** Pages and folders answer with HTML under a content security policy, files by their extension. */
const contentOf = (path: string): {status: number; headers: Readonly<Record<string, string>>} => {
  const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const isPage = extension === '' || extension === 'aspx' || extension === 'htm' || extension === 'html';
  if (isPage) {
    return {status: 200, headers: {'Content-Type': 'text/html', 'Content-Security-Policy': "script-src 'self'"}};
  }
  return {status: 200, headers: {'Content-Type': types[extension] ?? 'application/octet-stream'}};
};

const none = (status: HttpAnswer['status'], subStatus?: number): SimulatedAnswer => ({
  status,
  ...(subStatus === undefined ? {} : {subStatus}),
  headers: {},
  trace: [],
});

const configurationError = ({file, line, reason}: ConfigFault): SimulatedAnswer => ({
  ...none(500, 19),
  error: {file, line, text: `Filename: \\\\?\\${file}\r\nLine number: ${line}\r\nError: ${reason}\r\n\r\n`},
});

const ended = (end: RuleEnd): SimulatedAnswer => {
  switch (end.kind) {
    case 'reset':
      return none('reset');
    case 'respond':
      return none(end.status, end.subStatus);
    case 'redirect':
      return {...none(end.status), headers: {Location: end.location}};
    case 'fail':
      return {...none(500, 50), error: {file: '', line: 0, text: end.why}};
  }
};

const siteRuns = (runtime: Runtime, site: Site): boolean =>
  (runtime.sites[site.name] ?? (site.autoStart ? 'Started' : 'Stopped')) === 'Started';

const poolRuns = (world: World, runtime: Runtime, name: string): boolean => {
  const pool = poolsOf(world).find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  return pool !== undefined && poolState(runtime, pool) === 'Started';
};

const answerOf = (exchange: Exchange): SimulatedAnswer => {
  const {world, site, application} = exchange;
  checkConfiguration(world, parseConfigPath(world, `${site.name}${exchange.path}`));
  const end = runInboundRules(exchange);
  const answer = end ? ended(end) : {...runOutboundRules(exchange, contentOf(exchange.path))};
  return {
    ...answer,
    site: site.name,
    application: application.path,
    pool: application.pool,
    trace: exchange.trace,
  };
};

const guarded = (work: () => SimulatedAnswer): SimulatedAnswer => {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConfigFault) return configurationError(error);
    if (error instanceof BadPattern) return {...none(500, 50), error: {file: '', line: 0, text: error.message}};
    throw error;
  }
};

const keepsSlash = (path: string): string => (path.endsWith('/') && path !== '/' ? `${urlPath(path)}/` : urlPath(path));

const atSite = (world: World, runtime: Runtime, site: Site, request: SimulatedRequest): SimulatedAnswer => {
  if (!siteRuns(runtime, site)) return none(404);
  const {path, query} = splitUrl(request.url);
  const place = placeOf(site, path);
  if (!place) return none(404);
  const {application} = place;
  if (!poolRuns(world, runtime, application.pool)) {
    return {...none(503), site: site.name, application: application.path, pool: application.pool};
  }
  return answerOf({
    world,
    request,
    site,
    application,
    path: keepsSlash(path),
    query,
    variables: new Map(),
    trace: [],
  });
};

/** What http.sys and IIS of the simulated server make of a request. */
export const serve = (
  dir: string,
  realTime: Date,
  to: {readonly request: SimulatedRequest; readonly site?: string},
): SimulatedAnswer =>
  guarded(() => {
    const world = openWorld(dir);
    const runtime = readRuntime(dir, realTime);
    // Nobody listens: the connection is refused.
    if (!(serviceRuns(runtime, 'W3SVC') && serviceRuns(runtime, 'WAS') && serviceRuns(runtime, 'HTTP'))) {
      return none('reset');
    }
    const sites = sitesOf(world);
    const {request} = to;
    const url = new URL(`${request.protocol}://${request.host}/`);
    const named = sites.find(({name}) => name.toLowerCase() === to.site?.toLowerCase());
    const site = to.site === undefined ? siteOfUrl(sites, url) : named;
    return site ? atSite(world, runtime, site, request) : none(404);
  });

/** HTTP GET at the server itself. */
export const probe = (dir: string, realTime: Date, site: string, path: string): HttpAnswer => {
  const request: SimulatedRequest = {method: 'GET', url: path, protocol: 'http', host: 'localhost', headers: {}};
  const {status, subStatus, headers} = serve(dir, realTime, {request, site});
  return {status, ...(subStatus === undefined ? {} : {subStatus}), headers};
};
