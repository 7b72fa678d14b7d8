import {
  apphostPath,
  type ConfigPath,
  fullName,
  levelsOf,
  parseConfigPath,
  placeOfLevel,
} from '../config/config-path.ts';
import {apphostRank, isAtOrAbove, webConfigOf} from '../config/layers.ts';
import {apphostTarget, type EditTarget} from '../config/section-editor.ts';
import {frameworkFiles, type World} from '../config/world.ts';
import {fail} from './failure.ts';
import {failure} from './messages.ts';

export interface CommitTarget {
  readonly to: EditTarget;
  /** As the success line names it. */
  readonly name: string;
}

interface Request {
  readonly target: ConfigPath;
  readonly section: string;
  /** The value of `/commit:`, if there is one. */
  readonly commit: string | undefined;
}

const atLevel = (world: World, {target, section}: Request, level: ConfigPath): CommitTarget => {
  const name = fullName(level);
  if (level.path === '') return {to: apphostTarget(world, target, section), name};
  const file = webConfigOf(level);
  if (file === undefined) return fail(failure.badCommitPath, name);
  const rank = apphostRank + level.path.split('/').length;
  return {to: {file, fileLevel: level.path, rank, target, section}, name};
};

const frameworkLevel = (world: World, {target, section}: Request, rank: number): CommitTarget => {
  const file = frameworkFiles(world)[rank] ?? '';
  const name = apphostPath
    .split('/')
    .slice(0, rank + 1)
    .join('/');
  return {to: {file, fileLevel: '', rank, target, section}, name};
};

const namedLevel = (world: World, request: Request, path: string): CommitTarget => {
  const level = parseConfigPath(world, path);
  if (!isAtOrAbove(level.path, request.target.path)) return fail(failure.badCommitPath, path);
  return atLevel(world, request, level);
};

/** Which file a command writes to: `/commit:` names a level, or the level that is edited is its own. */
export const commitTarget = (world: World, request: Request): CommitTarget => {
  const {target, commit = ''} = request;
  const levels = levelsOf(target);
  const server = parseConfigPath(world, '');
  switch (commit.toLowerCase()) {
    case '':
    case 'url':
      return atLevel(world, request, target);
    case 'apphost':
      return atLevel(world, request, server);
    case 'site':
      return atLevel(world, request, levels[0] ?? server);
    case 'app': {
      const application = placeOfLevel(target)?.application.path.toLowerCase();
      const root = levels.find(({url}) => url.toLowerCase() === application);
      return atLevel(world, request, root ?? target);
    }
    case 'parent':
      return atLevel(world, request, levels.at(-2) ?? server);
    case 'webroot':
      return frameworkLevel(world, request, 1);
    case 'machine':
      return frameworkLevel(world, request, 0);
    default:
      return namedLevel(world, request, commit);
  }
};
