import {reject} from '../reject.ts';
import {limits} from './limits.ts';

/** Stage one: size, then UTF-8 and nothing else. A byte order mark may lead and is dropped. */
export const decodeFeed = (bytes: Uint8Array): string => {
  if (bytes.length > limits.bytes) {
    return reject('TRUST.TOO_LARGE', `The document has ${bytes.length} bytes; ${limits.bytes} are allowed.`);
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return reject('TRUST.NOT_UTF8', 'The document is not UTF-8 text.');
  }
};
