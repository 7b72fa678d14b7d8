import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import '../../kit/zod-settings.ts';
import {canonicalJson} from '../../kit/canonical-json.ts';
import {writeDurably} from '../../kit/durable-file.ts';
import {waiting} from './waiting.ts';

/*
 * What an agent remembers beyond a restart: `<state>/agent.json`. The journals say what was done to the server, and nothing
 * here decides about that: a check that changed nothing leaves no run, and a line an hour for years is no journal. Whoever
 * loses this file hears some things twice; nothing is applied twice and nothing is forgotten that has to be taken back.
 */

const moment = z.iso.datetime();

const agentMemory = z.strictObject({
  formatVersion: z.literal(1),
  /** The agent that runs, or that ended without a word; null: the last one ended cleanly. */
  running: z.strictObject({startedAt: moment}).nullable(),
  lastCheck: moment.nullable(),
  nextCheck: moment.nullable(),
  feed: z.strictObject({
    /** Checks in a row that brought no feed. */
    failures: z.number().int().min(0),
    /** Code and words of the last failure; null: the last check brought one. */
    problem: z.strictObject({code: z.string(), message: z.string()}).nullable(),
    /** When an agent looked for the first time: no answer at all is judged from there. */
    since: moment.nullable(),
    lastSuccess: moment.nullable(),
    digest: z.string().nullable(),
    /** When `problem` and `failures` were said; before `lastCheck`: not by the last check. */
    told: moment.nullable().default(null),
  }),
  /** Why the settings could not be used when they were looked at last; null: they could, or nobody looked. */
  settingsProblem: z.strictObject({code: z.string(), message: z.string()}).nullable().default(null),
  /** Ids that a feed has brought. */
  published: z.array(z.string()),
  /** What was said last, by what it is about: it is said again when it is something else. */
  said: z.record(z.string(), z.string()),
  /** Plans that wait, by the id of their mitigation. */
  waiting: z.record(z.string(), z.strictObject({planId: z.string(), file: z.string(), waiting})),
  /** Attempts of the agent that failed, by the SHA-256 of what was to be done. */
  attempts: z.record(
    z.string(),
    z.strictObject({id: z.string(), count: z.number().int(), at: moment, message: z.string()}),
  ),
});

export type AgentMemory = z.output<typeof agentMemory>;

export const emptyMemory: AgentMemory = {
  formatVersion: 1,
  running: null,
  lastCheck: null,
  nextCheck: null,
  feed: {failures: 0, problem: null, since: null, lastSuccess: null, digest: null, told: null},
  settingsProblem: null,
  published: [],
  said: {},
  waiting: {},
  attempts: {},
};

export const memoryFile = (stateDir: string): string => join(stateDir, 'agent.json');

/** One that is missing or damaged is an empty one: see above what that costs. */
export const readMemory = async (stateDir: string): Promise<AgentMemory> => {
  try {
    const read = agentMemory.safeParse(JSON.parse(await readFile(memoryFile(stateDir), 'utf8')));
    return read.success ? read.data : emptyMemory;
  } catch {
    return emptyMemory;
  }
};

export const writeMemory = (stateDir: string, memory: AgentMemory): Promise<void> =>
  writeDurably(memoryFile(stateDir), canonicalJson(memory));
