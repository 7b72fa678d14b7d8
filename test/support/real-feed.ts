import {existsSync, readFileSync} from 'node:fs';

const path = '../shared/real/feed/GetExchangeMitigations.PING1.2021-12.xml';

/** A genuine answer of Microsoft's, where the collection of real data lies beside the project. */
export const hasRealFeed: boolean = existsSync(path);
if (!hasRealFeed) console.warn(`skipped: ${path} is not here`);

export const realFeedPath: string = path;
export const realFeed = (): Uint8Array => new Uint8Array(readFileSync(path));
/** When it was served. */
export const realFeedServed = new Date('2021-12-07T15:37:24Z');
