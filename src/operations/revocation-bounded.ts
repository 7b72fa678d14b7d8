import {type RevocationSources, revocationSources} from '../trust/revocation-sources.ts';
import {type Bounds, smallBytes} from './verify-bounded.ts';
import {revocationSourcesInThread} from './verify-in-thread.ts';

/** `revocationSources`, within a deadline; who cannot be read in time has nobody to be asked about. */
export const revocationSourcesBounded = (
  bytes: Uint8Array,
  options: Parameters<typeof revocationSources>[1],
  bounds: Bounds = {},
): Promise<RevocationSources> =>
  bytes.length <= smallBytes
    ? Promise.resolve(revocationSources(bytes, options))
    : revocationSourcesInThread(bytes, options, bounds);
