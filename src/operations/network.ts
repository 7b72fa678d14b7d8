import type {NetworkOptions} from '../feed/network.ts';
import type {SystemProxy} from '../feed/system-proxy.ts';

/** The way to the network, where there may be none to go. */
export interface NetworkContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Named outright. */
  readonly proxy?: string | undefined;
  /** Asks the operating system, which costs a process; only done before a connection, and where no proxy is named. */
  readonly systemProxy?: (() => Promise<SystemProxy | undefined>) | undefined;
}

export const networkOf = async ({env, proxy, systemProxy}: NetworkContext): Promise<NetworkOptions> => ({
  env,
  proxy,
  systemProxy: proxy === undefined ? await systemProxy?.() : undefined,
});
