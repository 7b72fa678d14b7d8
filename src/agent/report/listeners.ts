import {join} from 'node:path';
import type {Settings} from '../../operations/settings/effective.ts';
import type {Listener} from '../happening.ts';
import {type CollectDiagnostics, diagnosticsSender} from './diagnostics.ts';
import {emLog} from './em-log.ts';
import {eventFile} from './event-file.ts';
import {type EventSink, eventLog} from './events.ts';
import {openJsonLog} from './json-log.ts';
import {channelsOf} from './notify/channels.ts';
import type {RunProgram} from './notify/command.ts';
import {createDelivery} from './notify/delivery.ts';
import {openOutbox, outboxFolder} from './notify/outbox.ts';
import type {Environment} from './secret.ts';

export interface ReportOptions {
  readonly stateDir: string;
  /** As they are now: who is told may change while the agent runs. */
  readonly settings: () => Promise<Pick<Settings, 'notification' | 'diagnostics' | 'proxy'>>;
  readonly env: Environment;
  readonly now: () => Date;
  /** The Windows Application log; absent: files in the state folder stand in for it. */
  readonly eventSink?: EventSink;
  readonly runProgram: RunProgram;
  readonly collectDiagnostics: CollectDiagnostics;
  /** Where it is said that a log, a message or diagnostics did not get through. */
  readonly onTrouble: (message: string) => void;
}

export interface Reports {
  readonly listeners: readonly Listener[];
  /** To be called when the agent ends: what is under way gets through, or waits on the disk for the next start. */
  close(): Promise<void>;
}

export const logFolder = (stateDir: string): string => join(stateDir, 'logs');

interface Closing extends Listener {
  close(): Promise<void>;
}

/**
 * Opened when the first thing happens: a process that only asks a running agent for a check tells nothing, and must not
 * take what that one has open.
 */
const late = (name: string, open: () => Promise<Closing>): Closing => {
  let opened: Promise<Closing> | undefined;
  return {
    name,
    tell: async (occurrence) => {
      opened ??= open().catch((error: unknown) => {
        // The next thing that happens tries again: there may be room on the disk then.
        opened = undefined;
        throw error;
      });
      await (await opened).tell(occurrence);
    },
    close: async () => (await opened)?.close(),
  };
};

const openNotification = async ({stateDir, settings, env, now, runProgram, onTrouble}: ReportOptions) => {
  const outbox = await openOutbox(outboxFolder(stateDir), onTrouble);
  const channels = async () => {
    const {notification, proxy} = await settings();
    return channelsOf(notification, {env, now, proxy, runProgram});
  };
  const delivery = createDelivery({outbox, channels, now, onTrouble});
  // What the agent before left undelivered.
  void delivery.deliverDue();
  return delivery;
};

/** Apart from the others: the number of a new file is one more than the largest in its folder, of whatever name. */
const jsonLogFolder = (stateDir: string): string => join(logFolder(stateDir), 'json');

/** Everybody who is told of what happens to an agent. */
export const openReports = (options: ReportOptions): Reports => {
  const {stateDir, settings, env, now, onTrouble} = options;
  const folder = logFolder(stateDir);
  const json = late('JSON log', () => openJsonLog(jsonLogFolder(stateDir), {onTrouble}));
  const notification = late('notification', () => openNotification(options));
  const diagnostics = diagnosticsSender({
    collect: options.collectDiagnostics,
    context: async () => {
      const {diagnostics: wanted, proxy} = await settings();
      return {diagnostics: wanted, post: {env, now, proxy}};
    },
    onTrouble,
  });
  let closing: Promise<void> | undefined;
  return {
    listeners: [eventLog(options.eventSink ?? eventFile(folder, now)), emLog(folder), json, notification, diagnostics],
    close: () => {
      closing ??= notification.close().then(() => json.close());
      return closing;
    },
  };
};
