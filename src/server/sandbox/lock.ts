import {realpathSync} from 'node:fs';
import {sha256} from '../../kit/hash.ts';
import {takeLock} from '../pipe-lock.ts';

/** Takes the lock of that folder; `undefined` while another process or another call holds it. */
export const lockFolder = (
  dir: string,
  what: 'changes' | 'agent' = 'changes',
): Promise<(() => Promise<void>) | undefined> =>
  takeLock(`stopgap-${sha256(realpathSync(dir))}${what === 'agent' ? '-agent' : ''}`);
