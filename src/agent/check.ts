import type {Settings} from '../operations/settings/effective.ts';
import type {Agent} from './agent.ts';
import {feedStep} from './feed-step.ts';
import {guarded} from './guarded.ts';
import type {Happening} from './happening.ts';
import {remember} from './mind.ts';
import {mitigationsStep} from './mitigations-step.ts';
import {settingsStep} from './settings-step.ts';
import {tendStep} from './tend-step.ts';

export type Cause = Extract<Happening, {is: 'check-started'}>['cause'];

interface CheckOptions {
  readonly cause: Cause;
  /** When the next one is due, by the settings that this one has read; null: there is none. */
  readonly nextOf: (settings: Settings | undefined) => Date | null;
}

/** One check: put in order what is half done, read the settings, fetch and prove, compare, act by mode. */
export const check = async ({cause, nextOf}: CheckOptions, agent: Agent): Promise<void> => {
  const {mind, voice, clock} = agent;
  const started = clock.now();
  // Asking is what Restart-Service is for the EM service: everything is tried again.
  if (cause === 'asked') mind.change({attempts: {}});
  await voice.tell({is: 'check-started', cause});
  let settings: Settings | undefined;
  mind.change({settingsProblem: null});
  await guarded([], agent, async () => {
    const inOrder = (await tendStep(agent)) === 'in-order';
    settings = await settingsStep(agent);
    if (!settings || agent.stop.aborted) return;
    await feedStep(settings, agent);
    // On a server that is half changed, or is being changed, nothing can be planned.
    if (inOrder) await mitigationsStep(settings, agent);
  });
  const nextCheck = nextOf(settings)?.toISOString() ?? null;
  mind.change({lastCheck: started.toISOString(), nextCheck});
  const durationMs = clock.now().getTime() - started.getTime();
  await voice.tell({is: 'check-finished', nextCheck, durationMs});
  await remember(agent);
};
