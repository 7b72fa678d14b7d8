import {getAsset, getAssetKeys, isSea} from 'node:sea';

/*
 * A release may be one executable that carries its files inside of itself. They are read where they lie: nothing is
 * unpacked into a folder in which somebody could change it.
 */

/** Whether this process is that executable. */
export const isPacked: boolean = isSea();

/** Names of the packed files of a folder, without the folder. */
export const packedNames = (folder: string): readonly string[] =>
  getAssetKeys()
    .filter((name) => name.startsWith(`${folder}/`))
    .map((name) => name.slice(folder.length + 1));

/** A packed file. Throws where there is none of that name: what is packed is decided when the executable is built. */
export const packedBytes = (name: string): Uint8Array => new Uint8Array(getAsset(name));

export const packedText = (name: string): string => getAsset(name, 'utf8');
