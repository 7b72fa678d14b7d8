import {type Circumstances, circumstancesOf} from '../operations/agent/circumstances.ts';
import {sourceContext} from '../operations/agent/context.ts';
import {type Look, lookAtServer, type Standing} from '../operations/agent/standing.ts';
import {blockOf, type Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';
import {guarded} from './guarded.ts';
import {planStep} from './plan-step.ts';
import {forget, wants} from './wish.ts';

export interface Here {
  readonly settings: Settings;
  readonly circumstances: Circumstances;
  readonly exchangeBuild: string | null;
}

/** Compares what is wished for with the server, one mitigation after the other: one that fails does not stop the next. */
export const mitigationsStep = async (settings: Settings, agent: Agent): Promise<void> => {
  const {server} = agent.context;
  const look = await lookAtServer(server, sourceContext(agent.context, settings));
  const here = {settings, circumstances: await circumstancesOf(server), exchangeBuild: look.exchangeBuild};
  await tellPublished(look, agent);
  for (const standing of look.standings) {
    if (agent.stop.aborted) return;
    await guarded([standing.id], agent, () => oneMitigation(standing, here, agent));
  }
  forgetGone(look, agent);
};

const isHeartbeat = ({status}: Standing): boolean => status === 'Nothing to apply';

const tellPublished = async ({standings}: Look, {mind, voice}: Agent): Promise<void> => {
  const {published} = mind.memory();
  const brought = standings.filter((one) => one.origin !== 'books' && !isHeartbeat(one));
  for (const {id, description, known} of brought.filter(({id}) => !published.includes(id))) {
    await voice.tell({is: 'mitigation-published', id, description, catalogue: known !== undefined});
  }
  // One that comes back after it was gone is news again.
  mind.change({published: brought.map(({id}) => id)});
};

const forgetGone = ({standings}: Look, {mind}: Agent): void => {
  const ids = new Set(standings.map(({id}) => id));
  const waiting = Object.entries(mind.memory().waiting).filter(([id]) => ids.has(id));
  mind.change({waiting: Object.fromEntries(waiting)});
};

const oneMitigation = async (standing: Standing, here: Here, agent: Agent): Promise<void> => {
  const {voice} = agent;
  const {id} = standing;
  const block = standing.origin === 'books' ? undefined : blockOf(here.settings, standing);
  if (block) await voice.tell({is: 'blocked', id, by: `${block.id} (${block.by})`});
  await tellState(standing, here, agent);
  if (block || !wants(standing)) return forget(id, agent);
  await planStep(standing, here, agent);
};

const drifts = ['Missing', 'Drifted', 'Broken'] as const;

const tellState = async ({id, status, reason}: Standing, {exchangeBuild}: Here, {voice}: Agent): Promise<void> => {
  const drift = drifts.find((one) => one === status);
  if (!drift) voice.over(`drifted/${id}`);
  else await voice.tellOnce(`drifted/${id}`, `${drift} ${reason}`, () => ({is: 'drifted', id, status: drift, reason}));
  if (status !== 'Obsolete') return voice.over(`obsolete/${id}`);
  const build = exchangeBuild ?? 'unknown';
  await voice.tellOnce(`obsolete/${id}`, build, () => ({is: 'obsolete', id, build, reason}));
};
