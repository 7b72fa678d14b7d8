import {createServer} from 'node:net';

/*
 * A lock that dies with its process: a name that only one can listen at. On Windows a named pipe, on Linux an abstract
 * socket; neither leaves anything behind after a crash.
 */

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/** @param name letters, digits and hyphens. @returns how to let go; `undefined` while somebody else holds it */
export const takeLock = (name: string): Promise<(() => Promise<void>) | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error) => (isTaken(error) ? resolve(undefined) : reject(error)));
    server.listen(process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`, () => {
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
