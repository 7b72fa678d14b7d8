/** Node.js looks for a blob in its own file only where this says 1; the character stands once in every official build. */
export const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Sets it. Throws where the file is no Node.js that can be made one executable, or has been made one already. */
export const setFuse = (node: Uint8Array): Uint8Array => {
  const bytes = Buffer.from(node);
  const at = bytes.indexOf(`${fuse}:0`);
  if (at < 0 || bytes.includes(`${fuse}:0`, at + 1)) throw new Error('not a Node.js that can carry a program');
  bytes.write('1', at + fuse.length + 1);
  return bytes;
};
