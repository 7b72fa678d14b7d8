import type {ServerReader} from '../server/server.ts';
import type {Check} from './model.ts';

/** Looks at the server and says whether the check holds now. Read only. To be implemented beside the configuration engine. */
export declare const holds: (check: Check, reader: ServerReader) => Promise<boolean>;
