import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeDurably} from '../kit/durable-file.ts';
import {sha256} from '../kit/hash.ts';
import {Refusal} from '../kit/refusal.ts';

/* Documents that were accepted, by the SHA-256 of the document: `<state>/feeds/<digest>.xml`. */

const fileOf = (stateDir: string, digest: string): string => join(stateDir, 'feeds', `${digest}.xml`);

/** Keeps a document under its own digest, which it gives back. */
export const keepFeed = async (stateDir: string, bytes: Uint8Array): Promise<string> => {
  const digest = sha256(bytes);
  await mkdir(join(stateDir, 'feeds'), {recursive: true, mode: 0o700});
  await writeDurably(fileOf(stateDir, digest), bytes);
  return digest;
};

/** The kept bytes, still what their name says. @throws Refusal FEED.NOT_KEPT, FEED.KEPT_CHANGED */
export const readKeptFeed = async (stateDir: string, digest: string): Promise<Uint8Array> => {
  const file = fileOf(stateDir, digest);
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new Refusal('FEED.NOT_KEPT', `"${digest}" is not the digest of a feed.`);
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new Refusal('FEED.NOT_KEPT', `The feed ${digest} is not kept here.`, {
      where: {file},
      cause,
      next: [{label: 'Fetch it again', command: 'stopgap feed fetch'}],
    });
  }
  if (sha256(bytes) === digest) return bytes;
  throw new Refusal('FEED.KEPT_CHANGED', `The kept feed ${digest} is no longer what was accepted.`, {where: {file}});
};
