import {estimatedMs, judgeWindow, type WindowVerdict} from '../apply/window/judge-window.ts';
import type {Plan} from '../plan/model.ts';
import {calendarOf} from './settings/calendar.ts';
import type {Settings} from './settings/effective.ts';

/** What the change windows of the settings say about a plan; one of urgent mitigations alone needs none. */
export const windowFor = (
  plan: Plan,
  settings: Settings,
  {named, now}: {named: string | undefined; now: Date},
): WindowVerdict => {
  const verdict = judgeWindow(calendarOf(settings, named), now, estimatedMs(plan));
  const urgent = new Set(settings.urgent.map((id) => id.toLowerCase()));
  const planned = plan.body.mitigations.filter(({status}) => status === 'planned' || status === 'to-remove');
  const allUrgent =
    planned.length > 0 && planned.every(({id, status}) => status === 'planned' && urgent.has(id.toLowerCase()));
  return verdict.is !== 'open' && allUrgent ? {is: 'urgent'} : verdict;
};
