import {mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {canonicalJson} from '../../kit/canonical-json.ts';
import {writeDurably} from '../../kit/durable-file.ts';
import {version} from '../../kit/version.ts';
import type {Plan} from '../../plan/model.ts';
import {refusingFindings} from '../../plan/refusals.ts';
import {sealPlan} from '../../plan/seal.ts';
import type {ServerReader} from '../../server/server.ts';
import type {SourceContext} from '../load-sources.ts';
import {planForServer} from '../plan-for-server.ts';
import {planReconcile} from '../replan.ts';
import {keepSource, type LoadedSource} from '../sources.ts';
import type {Standing} from './standing.ts';

/** A plan for one mitigation, in a file beside the journals, as a person would have made it. */
export interface ReadyPlan {
  readonly plan: Plan;
  readonly file: string;
  /** Why it must not be applied; empty: it may. */
  readonly refused: readonly string[];
  /** False: the server is so already. */
  readonly changes: boolean;
}

interface Made {
  readonly plan: Plan;
  readonly sources: readonly LoadedSource[];
}

/** What the books know, and what is replaced by a newer text, is reconciled; everything else is planned from its source. */
const make = async (reader: ServerReader, standing: Standing, context: SourceContext): Promise<Made | undefined> => {
  const {id, origin, changed, known} = standing;
  if (!known) return undefined;
  const {stateDir, now} = context;
  const only = origin === 'signal' ? {} : {only: [id]};
  const options = {place: undefined, accept: [], ...only};
  if (origin === 'books' || changed) {
    const {body, sources} = await planReconcile(reader, {context, options});
    const {hostName} = await reader.facts();
    const meta = {plannedAt: now.toISOString(), hostName, server: reader.name, stopgap: version};
    return {plan: sealPlan(body, meta), sources};
  }
  const sources = [known.source];
  return {plan: await planForServer(reader, {sources, options, stateDir, now}), sources};
};

const plansFolder = (stateDir: string): string => join(stateDir, 'plans');

/** One file for each mitigation: an older plan of it is of no use any more. */
const write = async (plan: Plan, id: string, stateDir: string): Promise<string> => {
  const folder = plansFolder(stateDir);
  await mkdir(folder, {recursive: true, mode: 0o700});
  const name = `${id}-${plan.planId.slice(0, 12)}.json`;
  const names = await readdir(folder);
  if (!names.includes(name)) await writeDurably(join(folder, name), canonicalJson(plan));
  const older = names.filter((one) => one.startsWith(`${id}-`) && /-[0-9a-f]{12}\.json$/.test(one) && one !== name);
  for (const one of older) {
    if (one.slice(0, -'-0123456789ab.json'.length) === id) await rm(join(folder, one), {force: true});
  }
  return join(folder, name);
};

/** Plans one mitigation as the server is now. Equal circumstances give the same plan, and so keep its approvals. */
export const readyPlan = async (
  reader: ServerReader,
  standing: Standing,
  context: SourceContext,
): Promise<ReadyPlan | undefined> => {
  const made = await make(reader, standing, context);
  if (!made) return undefined;
  const {plan, sources} = made;
  for (const source of sources) await keepSource(context.stateDir, source);
  return {
    plan,
    file: await write(plan, standing.id, context.stateDir),
    refused: refusingFindings(plan.body).map(({code, message}) => `${code}: ${message}`),
    changes: plan.body.mitigations.some(({status}) => status === 'planned' || status === 'to-remove'),
  };
};
