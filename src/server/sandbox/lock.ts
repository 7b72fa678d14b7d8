import {realpathSync} from 'node:fs';
import {createServer} from 'node:net';
import {sha256} from '../../kit/hash.ts';

/** A name that only one process can listen at and that is gone with it: nothing is left behind by a crash. */
const lockName = (dir: string, what: 'changes' | 'agent'): string => {
  const name = `stopgap-${sha256(realpathSync(dir))}${what === 'agent' ? '-agent' : ''}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`;
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/** Takes the lock of that folder; `undefined` while another process or another call holds it. */
export const lockFolder = (
  dir: string,
  what: 'changes' | 'agent' = 'changes',
): Promise<(() => Promise<void>) | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error) => (isTaken(error) ? resolve(undefined) : reject(error)));
    server.listen(lockName(dir, what), () => {
      // Holding the lock is no reason to stay alive.
      server.unref();
      resolve(
        () =>
          new Promise((released) => {
            server.close(() => released());
          }),
      );
    });
  });
