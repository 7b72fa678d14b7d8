import {type Circumstances, secondWriter} from '../operations/agent/circumstances.ts';
import type {GateFacts} from '../operations/agent/gate-facts.ts';
import type {Standing} from '../operations/agent/standing.ts';
import type {Waiting} from '../operations/agent/waiting.ts';
import {disabledBy, modeOf, type Settings} from '../operations/settings/effective.ts';

/** Everything that decides whether a plan that is ready may be applied now. */
export interface GateQuestion extends GateFacts {
  readonly settings: Settings;
  readonly circumstances: Circumstances;
}

/** How the plan may be applied now, or what it waits for. Pure: the table of the modes and the switches. */
export const gate = (
  standing: Standing,
  {settings, circumstances, disorder, pendingConfirms, approvals, window}: GateQuestion,
): {readonly apply: 'auto' | 'window'} | {readonly wait: Waiting} => {
  const wait = (waiting: Waiting) => ({wait: waiting});
  if (standing.origin === 'signal') return wait({for: 'person', because: 'signal'});
  if (standing.origin === 'books') return wait({for: 'person', because: 'local-catalogue'});
  const disabled = disabledBy(settings);
  if (disabled) return wait({for: 'enabled', by: disabled});
  const mode = modeOf(settings, standing);
  if (mode === 'observe') return wait({for: 'person', because: 'observe'});
  if (disorder) return wait(disorder);
  if (circumstances.busy) return wait({for: 'server', ...circumstances.busy});
  if (secondWriter(standing, circumstances.emService) !== undefined) return wait({for: 'one-writer'});
  const [pending] = pendingConfirms;
  if (pending) return wait({for: 'confirm', run: pending.run});
  if (approvals.have < approvals.need) return wait({for: 'approval', ...approvals});
  if (mode === 'auto' || window.is === 'open' || window.is === 'urgent') return {apply: mode};
  const opens = 'next' in window ? (window.next?.from.toISOString() ?? null) : null;
  return wait({for: 'window', opens});
};
