import {reportOne} from './api/event-log.ts';

const types = {error: 1, warning: 2, information: 4} as const;

/** The longest text that one event holds, in characters. */
const longest = 31_839;

/** Writes to the Application log of Windows under a source of our own. @throws WindowsError */
export const applicationLog = (source: string) => ({
  write: (id: number, type: keyof typeof types, message: string): void =>
    reportOne(source, types[type], id, message.slice(0, longest)),
});
