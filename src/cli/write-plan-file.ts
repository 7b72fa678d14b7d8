import {resolve} from 'node:path';
import {canonicalJson} from '../kit/canonical-json.ts';
import {writeDurably} from '../kit/durable-file.ts';
import {keepSource, type LoadedSource} from '../operations/sources.ts';
import {openState} from '../operations/state.ts';
import type {Plan} from '../plan/model.ts';
import type {Io} from './command.ts';

interface Target {
  readonly file: string;
  readonly stateDir: string;
  readonly io: Io;
}

/** Writes the plan, and keeps its sources by digest: apply reads them from there, not from the plan. */
export const writePlanFile = async (
  plan: Plan,
  sources: readonly LoadedSource[],
  {file, stateDir, io}: Target,
): Promise<void> => {
  await openState(stateDir);
  for (const source of sources) await keepSource(stateDir, source);
  await writeDurably(resolve(io.cwd, file), canonicalJson(plan), 0o644);
};
