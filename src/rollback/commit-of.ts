import type {CommitTarget} from '../iis/appcmd-edits.ts';
import {joinConfigPath} from '../iis/topology.ts';
import type {ElementAddress} from '../plan/model.ts';

/**
 * Which file appcmd has to write: the one that holds the element. A location may stand in applicationHost.config, or in the
 * web.config of a level above the one it is for.
 */
export const commitOf = ({
  file,
  location,
  configPath,
}: Pick<ElementAddress, 'file' | 'location' | 'configPath'>): CommitTarget['commit'] => {
  if (/\\applicationHost\.config$/i.test(file)) return 'apphost';
  // "." is the level of the file itself.
  const below = location === null || location === '.' ? '' : joinConfigPath(location);
  return below === '' ? 'web.config' : {above: configPath.slice(0, -(below.length + 1))};
};
