import {type IncomingMessage, request as requestHttp} from 'node:http';
import {request as requestHttps} from 'node:https';
import {loadConfiguration} from '../../iis/configuration.ts';
import {type Site, sameName} from '../../iis/topology.ts';
import {Refusal} from '../../kit/refusal.ts';
import type {HealthProber, HttpAnswer, ServerReader} from '../server.ts';
import {type Endpoint, endpointOf} from './site-endpoint.ts';

/** An application of Exchange that starts for the first time after a reload takes minutes; the caller asks again. */
const answerMs = 30_000;

const answerOf = (response: IncomingMessage): HttpAnswer => {
  // The body is nobody's business, and an open one would keep the connection.
  response.resume();
  const headers = Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return {status: response.statusCode ?? 'none', headers: Object.fromEntries(headers)};
};

/**
 * One GET on a connection of its own. A connection that ends without an answer to what was sent is an answer: `AbortRequest`
 * does that. One that never stood, or on which nothing came in time, tells nothing.
 */
export const getOnce = (
  {https, address, port, host}: Endpoint,
  path: string,
  patienceMs = answerMs,
): Promise<HttpAnswer> =>
  new Promise((resolve) => {
    const inTime = AbortSignal.timeout(patienceMs);
    const send = https ? requestHttps : requestHttp;
    const request = send({
      host: address,
      port,
      path,
      agent: false,
      headers: {Host: host, 'User-Agent': 'stopgap', Connection: 'close'},
      // The name in the certificate is the one that clients use; this is the same machine.
      ...(https ? {rejectUnauthorized: false, servername: host.replace(/:\d+$/, '')} : {}),
      signal: inTime,
    });
    request.on('response', (response) => resolve(answerOf(response)));
    const ended = (): HttpAnswer['status'] => (inTime.aborted || !request.writableFinished ? 'none' : 'reset');
    request.on('error', () => resolve({status: ended(), headers: {}}));
    request.end();
  });

const siteOf = (sites: readonly Site[], name: string): Site => {
  const site = sites.find((one) => sameName(one.name, name));
  if (site) return site;
  throw new Refusal('SERVER.NO_SUCH_SITE', `this server has no site "${name}"`);
};

/** Asks the sites of this machine where their bindings say that they listen. */
export const windowsProber = (reader: ServerReader): HealthProber => ({
  get: async (site, path) => {
    const {environment} = await reader.facts();
    const {topology} = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
    const endpoint = endpointOf(siteOf(topology.sites, site).bindings);
    if (endpoint) return getOnce(endpoint, path);
    throw new Refusal('SERVER.NO_BINDING', `the site "${site}" listens at no http or https binding`);
  },
});
