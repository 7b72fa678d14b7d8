import {readFile} from 'node:fs/promises';
import {createTransport} from 'nodemailer';
import {trustedRoots} from '../../../kit/trusted-roots.ts';
import type {MailSettings} from '../../../operations/settings/notification.ts';
import {type Environment, readSecret} from '../secret.ts';
import type {Channel} from './channel.ts';
import type {Notice} from './notice.ts';

const defaultPort = {starttls: 587, tls: 465, none: 25} as const;

// A server that does not answer must not hold up the others for minutes.
const timeouts = {connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 30_000, dnsTimeout: 15_000};

const encryption = {
  // requireTLS: a server, or somebody on the way, that offers no STARTTLS gets nothing.
  starttls: {secure: false, requireTLS: true},
  tls: {secure: true},
  none: {secure: false, ignoreTLS: true},
} as const;

/** What makes up the letter itself. */
const letter = ({from, to}: MailSettings, notice: Notice) => ({
  from,
  to: [...to],
  subject: notice.subject,
  text: notice.text,
  date: new Date(notice.at),
  // The same on every attempt: a mailbox that got it before shows it once.
  messageId: `<${notice.id}@stopgap.invalid>`,
  headers: {'Auto-Submitted': 'auto-generated', 'X-Stopgap-Kind': notice.kind, 'X-Stopgap-Server': notice.host},
  ...(notice.severity === 'error' && {priority: 'high' as const}),
});

/** E-mail through a server of the organisation. A receiver that the server does not take fails the whole letter. */
export const mailChannel = (settings: MailSettings, env: Environment): Channel => ({
  name: 'mail',
  on: settings.on,
  send: async (notice) => {
    const {server, port, security, ca, user, password} = settings;
    const transport = createTransport({
      host: server,
      port: port ?? defaultPort[security],
      ...encryption[security],
      ...timeouts,
      tls: {ca: [...trustedRoots(ca === undefined ? undefined : await readFile(ca, 'utf8'))], rejectUnauthorized: true},
      ...(user !== undefined && password !== undefined && {auth: {user, pass: await readSecret(password, env)}}),
      // Nothing of the settings may name a file or an address to be fetched into the letter.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const {rejected} = await transport.sendMail(letter(settings, notice));
      if (rejected.length > 0) throw new Error(`${server} takes no mail for ${rejected.map(String).join(', ')}`);
    } finally {
      transport.close();
    }
  },
});
