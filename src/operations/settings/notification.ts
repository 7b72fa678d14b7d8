import * as z from 'zod';
import {duration} from './duration.ts';
import {secretSource} from './secret-source.ts';

/** What somebody can be told of, by the names that events and logs use too. */
export const noticeKind = z.enum([
  'mitigation-published',
  'plan-waiting',
  'applied',
  'failed',
  'rolled-back',
  'obsolete',
  'drifted',
  'unfinished',
  'two-writers',
  'feed-stale',
  'trust-ending',
  'settings-trouble',
]);
export type NoticeKind = z.output<typeof noticeKind>;

const on = z.array(noticeKind).min(1).optional();
const name = z.string().regex(/^[\w-]{1,40}$/, 'a name has letters, digits, _ and -');
/** PEM of the roots of an organisation's own authority; absent: those that the machine trusts. */
const ca = z.string().min(1).optional();
const address = z.email();

const mail = z.strictObject({
  server: z.string().min(1),
  port: z.number().int().min(1).max(65_535).optional(),
  /** starttls: nothing is sent before the connection is encrypted; tls: from the first byte; none: in clear. */
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  ca,
  from: address,
  to: z.array(address).min(1),
  /** Absent: the server takes mail of this machine without a name. */
  user: z.string().min(1).optional(),
  password: secretSource.optional(),
  /** Absent: everything. */
  on,
});

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** https; http only to this machine itself. */
export const safeUrl = z.url({protocol: /^https?$/}).refine(
  (text) => {
    const {protocol, hostname, username, password} = new URL(text);
    return username === '' && password === '' && (protocol === 'https:' || loopback.has(hostname));
  },
  {error: 'an https address without user and password (http only to this machine itself)'},
);

const webhook = z.strictObject({
  name,
  url: safeUrl,
  /** Key of the signature. */
  secret: secretSource,
  ca,
  on,
});

const program = z
  .string()
  .regex(/^(?:[A-Za-z]:[\\/]|\\\\|\/)/, 'a program is named by its whole path')
  .regex(/(?<!\.(?:cmd|bat))$/i, 'a batch file needs a shell, and none is used: name the program that runs it');

const command = z.strictObject({
  name,
  /** The program and its arguments; the message comes as JSON on standard input. */
  run: z.tuple([program], z.string()),
  timeout: duration('1s', '10m').default(30_000),
  on,
});

const distinct = <T extends {readonly name: string}>(list: readonly T[]): boolean =>
  new Set(list.map((one) => one.name.toLowerCase())).size === list.length;
const twice = 'two of them have the same name';

/** Who is told of what happens; absent: nobody beside the logs. */
export const notificationSettings = z.strictObject({
  mail: mail
    .refine((one) => (one.user === undefined) === (one.password === undefined), 'user and password come together')
    .refine((one) => one.user === undefined || one.security !== 'none', 'a password is not sent in clear')
    .optional(),
  webhooks: z.array(webhook).refine(distinct, twice).optional(),
  commands: z.array(command).refine(distinct, twice).optional(),
});

export type NotificationSettings = z.output<typeof notificationSettings>;
export type MailSettings = NonNullable<NotificationSettings['mail']>;
export type WebhookSettings = z.output<typeof webhook>;
export type CommandSettings = z.output<typeof command>;
