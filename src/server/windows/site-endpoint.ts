import type {Site} from '../../iis/topology.ts';

/** Where a site of this machine is asked. */
export interface Endpoint {
  readonly https: boolean;
  readonly address: string;
  readonly port: number;
  /** What the Host header says: the binding's own host name where it has one. */
  readonly host: string;
}

/** `*:443:`, `10.0.0.5:443:mail.contoso.com`, `[::1]:80:`: an address, a port, a host name that may be missing. */
const pattern = /^(.*):(\d+):([^:]*)$/;

const readBinding = ({protocol, bindingInformation}: Site['bindings'][number]): Endpoint | undefined => {
  const https = protocol.toLowerCase() === 'https';
  if (!https && protocol.toLowerCase() !== 'http') return undefined;
  const [, written, port, name = ''] = pattern.exec(bindingInformation) ?? [];
  if (written === undefined || port === undefined) return undefined;
  const address = written === '*' || written === '' ? '127.0.0.1' : written.replace(/^\[|\]$/g, '');
  // A name with a wildcard in it answers to many names, and to this one too.
  const host = name === '' ? 'localhost' : name.replace(/^\*\./, 'stopgap.');
  return {https, address, port: Number(port), host: [80, 443].includes(Number(port)) ? host : `${host}:${port}`};
};

/**
 * The binding that is asked: encrypted before plain, because Exchange's applications require it; without a host name
 * before with one, because it answers whatever clients call the server; the machine itself before an address of it.
 */
export const endpointOf = (bindings: Site['bindings']): Endpoint | undefined => {
  const rank = ({https, address, host}: Endpoint): number =>
    (https ? 0 : 4) + (host.startsWith('localhost') ? 0 : 2) + (address === '127.0.0.1' ? 0 : 1);
  const known = bindings.flatMap((binding) => readBinding(binding) ?? []);
  return known.toSorted((a, b) => rank(a) - rank(b))[0];
};
