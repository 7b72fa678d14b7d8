import type {Site, Topology} from '../iis/topology.ts';
import {sameName} from '../iis/topology.ts';
import {Refusal} from '../kit/refusal.ts';

/** Scheme and port that a URL asks for; a bare path is taken as https on its usual port. */
export const bindingFor = (url: string): {readonly https: boolean; readonly port: number} => {
  const [, scheme = 'https', port] = /^(https?):\/\/[^/?#:]*(?::(\d+))?/i.exec(url) ?? [];
  const https = scheme.toLowerCase() === 'https';
  return {https, port: port === undefined ? (https ? 443 : 80) : Number(port)};
};

const portOf = (bindingInformation: string): number => Number(bindingInformation.split(':').at(-2));

const listens = (site: Site, {https, port}: {https: boolean; port: number}): boolean =>
  site.bindings.some(
    ({protocol, bindingInformation}) =>
      protocol.toLowerCase() === (https ? 'https' : 'http') && portOf(bindingInformation) === port,
  );

/** The site that is named, or else the one that listens where the URL leads. @throws Refusal SERVER.NO_SUCH_SITE */
export const siteFor = ({sites}: Topology, url: string, named: string | undefined): string => {
  const found =
    named === undefined
      ? (sites.find((site) => listens(site, bindingFor(url))) ?? sites[0])
      : sites.find(({name}) => sameName(name, named));
  if (found) return found.name;
  const known = sites.map(({name}) => name).join(', ');
  throw new Refusal('SERVER.NO_SUCH_SITE', `this server has no site "${named ?? ''}"`, {
    next: [{label: known === '' ? 'It has no site at all' : `It has ${known}`}],
  });
};

/** The ports of a site, and whether requests come encrypted there. */
export const encryptedPorts = ({bindings}: Site): ReadonlyMap<number, boolean> =>
  new Map(
    bindings
      .filter(({protocol}) => /^https?$/i.test(protocol))
      .map(({protocol, bindingInformation}) => [portOf(bindingInformation), protocol.toLowerCase() === 'https']),
  );
