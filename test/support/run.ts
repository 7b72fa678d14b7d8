import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {type ExecuteOptions, executePlan} from '../../src/apply/execute.ts';
import {recover} from '../../src/apply/recover.ts';
import type {RecoveryChoice} from '../../src/apply/recovery-decision.ts';
import type {RunResult} from '../../src/apply/result.ts';
import {type JournalStore, openStore} from '../../src/journal/store.ts';
import {posixGuard} from '../../src/kit/folder-guard.ts';
import type {Plan} from '../../src/plan/model.ts';
import type {FakeServer} from './fake-server.ts';

/** A state folder of its own for one test. */
export const stateFolder = async (root = tmpdir()): Promise<string> => {
  const folder = await mkdtemp(join(root, 'stopgap-state-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  return folder;
};

export const freshStore = async (): Promise<JournalStore> => openStore(await stateFolder(), posixGuard);

export const execute = (
  plan: Plan,
  server: FakeServer,
  options: Partial<ExecuteOptions> & Pick<ExecuteOptions, 'store'>,
): Promise<RunResult> =>
  executePlan(plan, server, {
    holds: server.holds,
    kind: plan.body.purpose,
    by: 'FAKE\\admin',
    host: 'FAKE',
    reason: 'change 4711',
    now: true,
    ...options,
  });

export const recoverRun = (
  runId: string,
  server: FakeServer,
  {store, choice}: {store: JournalStore; choice: RecoveryChoice},
): Promise<RunResult> => recover(runId, server, {store, holds: server.holds, choice, by: 'FAKE\\admin', host: 'FAKE'});
