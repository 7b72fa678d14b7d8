import type {NetworkContext} from '../operations/network.ts';
import type {Io} from './command.ts';

export const proxyOption = {
  type: 'string',
  describe: 'Proxy, http://host:port; else HTTPS_PROXY and NO_PROXY, else that of WinHTTP',
} as const;

/** The way to the network: --proxy, else the environment, else what Windows says. */
export const networkFrom = (io: Pick<Io, 'env'>, proxy?: string | undefined): NetworkContext => ({
  env: io.env,
  proxy,
  systemProxy: async () => {
    const {parseWinHttpProxy} = await import('../feed/system-proxy.ts');
    const {winHttpText} = await import('../server/windows/winhttp-text.ts');
    return parseWinHttpProxy(await winHttpText());
  },
});
