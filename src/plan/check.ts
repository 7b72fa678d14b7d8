import {isFault, malformed, readConfigFile} from '../iis/config-file.ts';
import {loadConfiguration} from '../iis/configuration.ts';
import {findItem} from '../iis/find.ts';
import {toSpec} from '../iis/to-spec.ts';
import {sha256} from '../kit/hash.ts';
import {unreachable} from '../kit/unreachable.ts';
import {meaningOf} from '../rewrite/behaviour.ts';
import type {ServerReader} from '../server/server.ts';
import type {Check, ElementAddress} from './model.ts';

/** SHA-256 of the meaning of the element at an address; `undefined` where there is none. */
export const meaningAt = async (at: ElementAddress, reader: ServerReader): Promise<string | undefined> => {
  const result = await readConfigFile(reader, at.file);
  if (result === undefined) return undefined;
  if (isFault(result)) throw malformed(result.fault);
  const element = findItem(result.file.document, at, at);
  return element && sha256(meaningOf(toSpec(element)));
};

const autoStartOf = async (pool: string, reader: ServerReader): Promise<'true' | 'false' | null | undefined> => {
  const {environment} = await reader.facts();
  const {topology} = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  return topology.pools.find(({name}) => name.toLowerCase() === pool.toLowerCase())?.autoStart;
};

/** Looks at the server and says whether the check holds now. Reads only, and reads afresh each time. */
export const holds = async (check: Check, reader: ServerReader): Promise<boolean> => {
  switch (check.check) {
    case 'element': {
      const meaning = await meaningAt(check.at, reader);
      return check.is === 'absent' ? meaning === undefined : meaning === check.meaning;
    }
    case 'service-state':
      return (await reader.service(check.service))?.state === check.is;
    case 'service-start-type':
      return (await reader.service(check.service))?.startType === check.is;
    case 'app-pool-state':
      return (await reader.appPoolState(check.pool)) === check.is;
    case 'app-pool-auto-start':
      return (await autoStartOf(check.pool, reader)) === check.is;
    case 'process':
      return !(await reader.processRuns(check.image));
    case 'file': {
      const bytes = await reader.readFile(check.path);
      return bytes !== undefined && sha256(bytes) === check.sha256;
    }
    default:
      return unreachable(check);
  }
};
