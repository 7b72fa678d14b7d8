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

/** Everybody who is told of what happens to an agent. */
export const openReports = async (options: ReportOptions): Promise<Reports> => {
  const {stateDir, settings, env, now, runProgram, onTrouble} = options;
  const folder = logFolder(stateDir);
  const context = async () => {
    const {notification, diagnostics, proxy} = await settings();
    return {notification, diagnostics, post: {env, now, proxy}};
  };
  const json = await openJsonLog(folder, {onTrouble});
  const delivery = createDelivery({
    outbox: await openOutbox(outboxFolder(stateDir), onTrouble),
    channels: async () => {
      const {notification, post} = await context();
      return channelsOf(notification, {...post, runProgram});
    },
    now,
    onTrouble,
  });
  const diagnostics = diagnosticsSender({collect: options.collectDiagnostics, context, onTrouble});
  let closing: Promise<void> | undefined;
  // What the agent before left undelivered.
  void delivery.deliverDue();
  return {
    listeners: [eventLog(options.eventSink ?? eventFile(folder, now)), emLog(folder), json, delivery, diagnostics],
    close: () => {
      closing ??= delivery.close().then(() => json.close());
      return closing;
    },
  };
};
