import {loadConfiguration} from '../iis/configuration.ts';
import {sameName} from '../iis/topology.ts';
import {applicationsOf, poolAddress, setAutoStart, startPool, stopPool} from '../plan/app-pool-steps.ts';
import {note, refuse} from '../plan/finding.ts';
import {fileKey} from '../plan/holds.ts';
import type {Resource, StepCommand} from '../plan/model.ts';
import type {Release} from './releases.ts';
import {type Undoing, type UndoPlan, undoStep} from './undo-plan.ts';

type PoolRelease = Release & {readonly resource: Extract<Resource, {kind: 'app-pool'}>};

export const isPoolRelease = (release: Release): release is PoolRelease => release.resource.kind === 'app-pool';

const isUp = (state: string): boolean => state === 'Started' || state === 'Starting';

/** One application pool back to what was recorded first: autoStart, then running. */
export const undoPool = async (release: PoolRelease, undoing: Undoing): Promise<UndoPlan> => {
  const {pool: name, was} = release.resource;
  const {reader, prediction, restored} = undoing;
  const {environment} = await reader.facts();
  const configuration = await loadConfiguration(reader, {configFolder: reader.configFolder, environment});
  const pool = configuration.topology.pools.find((one) => sameName(one.name, name));
  const state = await reader.appPoolState(name);
  if (!pool || !state) return {steps: [], findings: []};
  const file = configuration.applicationHost.path;
  const byFile = restored.has(fileKey(file));
  const autoStartBack = was.autoStart !== 'false' && pool.autoStart === 'false';
  const startBack = isUp(was.state) && !isUp(state);
  if (!autoStartBack && !startBack) return {steps: [], findings: []};
  const id = `app-pool/${pool.name}/restore`;
  if (autoStartBack && !byFile) await prediction.setAttribute(poolAddress(file, pool.name), 'autoStart', 'true');
  prediction.mark(id);
  const leftAsOurs = pool.autoStart === 'false' && state === 'Stopped';
  const commands: StepCommand[] = [
    ...(autoStartBack && !byFile ? [setAutoStart(pool.name, 'true')] : []),
    ...(startBack ? [startPool(pool.name)] : []),
  ];
  const names = applicationsOf(configuration.topology, pool.name).map(({site, path}) => `${site}${path}`);
  return {
    findings: leftAsOurs
      ? formLeft(release, autoStartBack && !byFile)
      : [
          refuse(
            'ROLLBACK.CHANGED_SINCE',
            `application pool ${pool.name} was ${was.state}, autoStart ${was.autoStart ?? 'absent'}; the run left it Stopped, autoStart false; somebody made it ${state}, autoStart ${pool.autoStart ?? 'absent'}`,
            {concerns: release.because, acceptable: true},
          ),
        ],
    steps: [
      undoStep({
        id,
        symbol: '~',
        label: `application pool ${pool.name}: ${state}, autoStart ${pool.autoStart ?? 'absent'} → ${was.state}, autoStart ${was.autoStart ?? 'true'}`,
        because: release.because,
        resources: [release.resource],
        reloads: [`application pool ${pool.name}: ${names.join(', ')}`],
        touches: autoStartBack && !byFile ? [file] : [],
        before: [
          // A restored file says autoStart before this step runs: only the state can be asked for.
          ...(byFile ? [] : [{check: 'app-pool-auto-start' as const, pool: pool.name, is: pool.autoStart}]),
          {check: 'app-pool-state', pool: pool.name, is: state},
        ],
        commands,
        undo: [
          ...(autoStartBack && !byFile ? [setAutoStart(pool.name, 'false')] : []),
          ...(startBack ? [stopPool(pool.name)] : []),
        ],
      }),
    ],
  };
};

/** appcmd has no proven way to take an attribute away: what was absent stays, spelled out as its default. */
const formLeft = ({resource, because}: PoolRelease, byCommand: boolean): UndoPlan['findings'] =>
  byCommand && resource.was.autoStart === null
    ? [
        note(
          'ROLLBACK.FORM_LEFT',
          `autoStart="true" of ${resource.pool} will be written out where it was absent, which means the same; --exact puts the bytes back`,
          {concerns: because},
        ),
      ]
    : [];
