import {join} from 'node:path';

/** Where it is remembered what was found out about appcmd; apart from what reads it, because most commands only look for it. */
export const capabilitiesFile = (stateDir: string): string => join(stateDir, 'appcmd-capabilities.json');
