import type {Happening, Listener} from '../happening.ts';
import {type Severity, severityOf, wordingOf} from './wording.ts';

/** Where events go: the Windows Application log, or a file that stands in for it. */
export interface EventSink {
  write(id: number, type: Severity, message: string): Promise<void> | void;
}

/** The name under which events are written. Microsoft's own, "MSExchange Mitigation Service", is never used. */
export const eventSource = 'stopgap';

/*
 * 1005, 1006 and 1008 mean what they mean for the EM service (success, success, any error), so that a filter on ids needs
 * a new source name only. What Microsoft's other ids around 1000 mean is not public: all else lies at 2000 and above.
 */
const ids: Readonly<Record<Happening['is'], number | undefined>> = {
  applied: 1005,
  'feed-accepted': 1006,
  'feed-failed': 1008,
  failed: 1008,
  started: 2000,
  stopped: 2001,
  blocked: 2010,
  'mitigation-published': 2011,
  'plan-waiting': 2012,
  'rolled-back': 2013,
  obsolete: 2014,
  drifted: 2015,
  unfinished: 2016,
  'two-writers': 2020,
  'feed-stale': 2021,
  'trust-ending': 2022,
  'settings-trouble': 2023,
  // The beat of every hour: the files of the log have it, the Application log is no place for it.
  'check-started': undefined,
  'check-finished': undefined,
};

export const errorId = 1008;

/** `undefined`: nothing for the event log. Every error has the id 1008, whatever it is about. */
export const eventIdOf = (what: Happening): number | undefined =>
  severityOf(what) === 'error' ? errorId : ids[what.is];

// ReportEvent takes strings of up to 31,839 characters.
const mostCharacters = 31_000;

export const eventLog = (sink: EventSink): Listener => ({
  name: 'event log',
  tell: async ({what}) => {
    const id = eventIdOf(what);
    if (id === undefined) return;
    await sink.write(id, severityOf(what), wordingOf(what).slice(0, mostCharacters));
  },
});
