import {dailyFiles} from './daily-files.ts';
import {type EventSink, eventSource} from './events.ts';

/** The event log of a machine that has none: a JSON object a line, a file a day, kept for 30 days. */
export const eventFile = (folder: string, now: () => Date): EventSink => {
  const files = dailyFiles({folder, prefix: 'events-', suffix: '.jsonl', keepDays: 30});
  return {
    write: async (id, type, message) => {
      const at = now().toISOString();
      await files.append(at, JSON.stringify({at, source: eventSource, id, type, message}));
    },
  };
};
