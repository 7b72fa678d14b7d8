import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {dirname, join} from 'node:path';
import {sha256} from '../../kit/hash.ts';
import {packedBytes} from '../../kit/packed.ts';
import {Refusal} from '../../kit/refusal.ts';

/*
 * The system loads a native library from a file only. It is put beside the executable: whoever can change files there can
 * change the executable itself, so nobody is trusted who was not before. A temporary folder would not give that.
 */

const packedName = 'native/koffi.node';

const isAlready = (file: string, bytes: Uint8Array): boolean => {
  try {
    return Buffer.compare(readFileSync(file), bytes) === 0;
  } catch {
    return false;
  }
};

/** Two processes may do it at once: either one's file is complete, and once one is loaded Windows refuses to replace it. */
const putThere = (file: string, bytes: Uint8Array): void => {
  const own = `${file}.${process.pid}`;
  try {
    writeFileSync(own, bytes, {flag: 'wx', mode: 0o755});
    renameSync(own, file);
  } catch (cause) {
    rmSync(own, {force: true});
    if (isAlready(file, bytes)) return;
    throw new Refusal('PACKED.NO_ROOM', `the native part of stopgap cannot be put beside ${process.execPath}`, {
      where: {file},
      next: [
        {label: 'Put stopgap.exe into a folder of its own that administrators can write, and start it once as one'},
      ],
      cause,
    });
  }
};

/** Loads koffi's native part, which the executable carries. koffi calls it with the platform's name. */
export const loadPackedNative = (_platform: string): unknown => {
  const bytes = packedBytes(packedName);
  // The digest keeps the parts of two versions of stopgap in one folder apart.
  const file = join(dirname(process.execPath), `stopgap-native-${sha256(bytes).slice(0, 16)}.node`);
  if (!isAlready(file, bytes)) putThere(file, bytes);
  const loaded: {exports: unknown} = {exports: {}};
  process.dlopen(loaded, file, constants.dlopen?.RTLD_LAZY ?? 0);
  return loaded.exports;
};
