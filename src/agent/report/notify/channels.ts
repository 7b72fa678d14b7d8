import type {NotificationSettings} from '../../../operations/settings/notification.ts';
import type {PostContext} from '../post-signed.ts';
import type {Channel} from './channel.ts';
import {commandChannel, type RunProgram} from './command.ts';
import {mailChannel} from './mail.ts';
import {webhookChannel} from './webhook.ts';

export interface ChannelContext extends PostContext {
  readonly runProgram: RunProgram;
}

/** The ways that the settings name. */
export const channelsOf = (settings: NotificationSettings | undefined, context: ChannelContext): readonly Channel[] => [
  ...(settings?.mail ? [mailChannel(settings.mail, context.env)] : []),
  ...(settings?.webhooks ?? []).map((webhook) => webhookChannel(webhook, context)),
  ...(settings?.commands ?? []).map((command) => commandChannel(command, context.runProgram)),
];
