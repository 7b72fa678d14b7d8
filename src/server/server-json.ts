import * as z from 'zod';
import '../kit/zod-settings.ts';
import type {ExchangeAnswer} from './exchange-settings.ts';

/*
 * server.json: what a fixture, a sandbox or a snapshot knows of a server that does not stand in its files.
 */

const serviceState = z.enum([
  'STOPPED',
  'START_PENDING',
  'STOP_PENDING',
  'RUNNING',
  'CONTINUE_PENDING',
  'PAUSE_PENDING',
  'PAUSED',
]);

const service = z.strictObject({
  name: z.string().min(1),
  displayName: z.string().min(1),
  state: serviceState,
  startType: z.enum(['boot', 'system', 'auto', 'delayed-auto', 'demand', 'disabled']),
  dependencies: z.array(z.string()).default([]),
  /** Image names of further processes that live and die with the service, MSExchangeHMWorker.exe for MSExchangeHM. */
  processes: z.array(z.string()).default([]),
  /** Seconds that the service stays in STOP_PENDING. */
  stopSeconds: z.number().min(0).default(2),
  /** False for a service that refuses a stop. */
  acceptsStop: z.boolean().default(true),
});

/** Behaviour of the real programs that is not known for certain: a simulator must be able to show the other one too. */
const behaviour = z.strictObject({
  /** After the last element of a section was removed: are its empty parents removed or left? */
  emptyParents: z.enum(['remove', 'leave']).default('remove'),
  /** Exit code of `appcmd list X` for an object that does not exist. */
  listMissing: z.union([z.literal(1), z.literal(1168)]).default(1),
  /** Does `%uXXXX` in an argument of appcmd stand for a character? */
  percentEscapes: z.boolean().default(false),
  /** Does the writer re-serialise the tags of the whole file (`<a/>` becomes `<a />`) or only what it changes? */
  reserialise: z.boolean().default(false),
  /** Does a `/[name='X'].…` in one command see an element that an earlier `/+` of the same command added? */
  editsSeeEarlierAdds: z.boolean().default(true),
});

/** As Get-OrganizationConfig and Get-ExchangeServer tell it. */
const exchangeSettings = z.strictObject({
  organization: z.strictObject({mitigationsEnabled: z.boolean().nullable().default(null)}).prefault({}),
  server: z
    .strictObject({
      mitigationsEnabled: z.boolean().nullable().default(null),
      mitigationsBlocked: z.array(z.string()).default([]),
      mitigationsApplied: z.array(z.string()).default([]),
      internetWebProxy: z.string().nullable().default(null),
      dataCollectionEnabled: z.boolean().nullable().default(null),
    })
    .prefault({}),
});

export const exchangeBuild = /^\d+\.\d+\.\d+\.\d+$/;

export const serverJson = z.strictObject({
  $schema: z.string().optional(),
  formatVersion: z.literal(1),
  hostName: z.string().min(1),
  exchange: z
    .strictObject({
      build: z.string().regex(exchangeBuild, 'a build has four numbers, 15.2.1118.7'),
      buildSource: z.string().optional(),
      role: z.enum(['mailbox', 'edge', 'management-tools']).default('mailbox'),
    })
    .nullable(),
  /** Version of rewrite.dll; null where URL Rewrite is not installed. */
  urlRewrite: z.string().nullable(),
  iis: z.string().default('10.0'),
  environment: z.record(z.string(), z.string()).default({}),
  services: z.array(service).default([]),
  /** Runtime states of application pools that are not what their autoStart says. */
  appPools: z.record(z.string(), z.enum(['Started', 'Stopped'])).default({}),
  /** Codes and evidence of what forbids changes now: setup running, a watermark, a pending reboot. */
  setupBlockers: z.array(z.strictObject({code: z.string(), evidence: z.string()})).default([]),
  elevated: z.boolean().default(true),
  /** What Exchange says to its own mitigation service; absent: it cannot be asked. */
  exchangeSettings: exchangeSettings.optional(),
  /** The evidence that the server is in maintenance mode; absent: it is not. */
  maintenanceMode: z.string().min(1).optional(),
  /** Programs that stand for appcmd.exe and sc.exe: the file and leading arguments. Absent: the built-in simulators. */
  tools: z
    .strictObject({appcmd: z.array(z.string()).min(1).optional(), sc: z.array(z.string()).min(1).optional()})
    .default({}),
  behaviour: behaviour.prefault({}),
});

export type ServerJson = z.output<typeof serverJson>;
export type SimulatedBehaviour = ServerJson['behaviour'];

export const exchangeAnswer = ({exchangeSettings: settings}: Pick<ServerJson, 'exchangeSettings'>): ExchangeAnswer =>
  settings === undefined ? {known: false, why: 'server.json does not tell'} : {known: true, settings};

/** Variables that every Windows server has; those in server.json win. */
export const defaultEnvironment: Readonly<Record<string, string>> = {
  SystemDrive: 'C:',
  SystemRoot: 'C:\\Windows',
  windir: 'C:\\Windows',
  ProgramFiles: 'C:\\Program Files',
  ExchangeInstallPath: 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\',
};
