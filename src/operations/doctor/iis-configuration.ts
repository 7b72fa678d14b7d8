import type {Topology} from '../../iis/topology.ts';
import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import {bad, type Diagnosis, good} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

/** Shared configuration is among the refusals: one write would reach every server of the share. */
export const judgeConfiguration = (seen: Pick<Topology, 'sites' | 'pools'> | Refusal): Diagnosis => {
  if (!isRefusal(seen))
    return good(`read: ${seen.sites.length} sites, ${seen.pools.length} application pools; not shared`);
  const {file, line} = seen.where;
  const where = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
  const fallback = {label: 'Put the file right, or restore it', command: 'appcmd list backup'};
  return bad(`${seen.message}${where} [${seen.code}]`, ...(seen.next.length > 0 ? seen.next : [fallback]));
};

export const iisConfiguration = question({
  ...{id: 'iis-configuration', title: 'IIS configuration', of: 'server'},
  look: ({configuration}) => orRefusal(async () => (await configuration()).topology),
  judge: judgeConfiguration,
});
