import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SMTPServer, type SMTPServerOptions} from 'smtp-server';
import {beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {mailChannel} from '../../../src/agent/report/notify/mail.ts';
import {type MailSettings, notificationSettings} from '../../../src/operations/settings/notification.ts';
import {testFolder} from '../../support/lab.ts';
import {localhostTls, webRootPem} from '../../support/web-server.ts';
import {planWaiting} from './notice.ts';

/* A real SMTP server on this machine, with a certificate of a root that only the test knows. */

interface Letter {
  readonly to: readonly string[];
  readonly text: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

const serve = async (options: SMTPServerOptions = {}) => {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    ...localhostTls,
    authOptional: true,
    logger: false,
    onAuth: ({username, password}, _, done) =>
      password === 'correct horse' ? done(null, {user: username}) : done(new Error('Invalid login')),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({address}) => address);
        letters.push({to, text: Buffer.concat(parts).toString(), secure: session.secure, user: session.user});
        done();
      });
    },
    ...options,
  });
  // A client that goes away in the middle of a handshake is what some of these tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(resolve)));
  const address = server.server.address();
  return {letters, port: typeof address === 'object' && address ? address.port : 0};
};

let folder: string;
beforeEach(async () => {
  folder = await testFolder();
  await writeFile(join(folder, 'root.pem'), webRootPem);
  await writeFile(join(folder, 'password'), 'correct horse\n', {mode: 0o600});
});

const settings = (more: Readonly<Record<string, unknown>>): MailSettings => {
  const {mail} = notificationSettings.parse({
    mail: {
      server: 'localhost',
      ca: join(folder, 'root.pem'),
      from: 'stopgap@example.org',
      to: ['ops@example.org'],
      ...more,
    },
  });
  if (!mail) throw new Error('no mail');
  return mail;
};

const send = (more: Readonly<Record<string, unknown>>): Promise<void> =>
  mailChannel(settings(more), {SMTP_PASSWORD: 'correct horse'}).send(planWaiting());

/** What quoted-printable made of the letter, undone. */
const bodyOf = (letter: Letter | undefined): string =>
  (letter?.text ?? '')
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

describe('a letter', () => {
  test('goes by STARTTLS with a password from a file, and carries the preview', async () => {
    const {letters, port} = await serve();
    await send({
      port,
      user: 'stopgap',
      password: {file: join(folder, 'password')},
      to: ['a@example.org', 'b@example.org'],
    });
    expect(letters).toMatchObject([{to: ['a@example.org', 'b@example.org'], secure: true, user: 'stopgap'}]);
    const body = bodyOf(letters[0]);
    expect(body).toMatch(/^Subject: \[stopgap EX01\] M1: plan waits for approval\r$/m);
    expect(body).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(body).toMatch(/^Message-ID: <[0-9a-f]{32}@stopgap\.invalid>\r$/m);
    expect(body).toContain('1 +   rule "stopgap M1.1 PowerShell - inbound" in C:\\inetpub\\wwwroot\\web.config');
  });

  test('has the same Message-ID on every attempt', async () => {
    const {letters, port} = await serve();
    await send({port});
    await send({port});
    const ids = letters.map((letter) => /^Message-ID: (.*)$/m.exec(letter.text)?.[1]);
    expect(new Set(ids).size).toBe(1);
    expect(letters).toHaveLength(2);
  });

  test('goes by TLS from the first byte, with a password from the environment', async () => {
    const {letters, port} = await serve({secure: true});
    await send({port, security: 'tls', user: 'stopgap', password: {env: 'SMTP_PASSWORD'}});
    expect(letters).toMatchObject([{secure: true, user: 'stopgap'}]);
  });

  test('goes in clear only where the settings say so', async () => {
    const {letters, port} = await serve({hideSTARTTLS: true});
    await send({port, security: 'none'});
    expect(letters).toMatchObject([{secure: false}]);
  });
});

describe('nothing is sent', () => {
  test('to a server without STARTTLS, nor a password to one', async () => {
    let asked = 0;
    const {letters, port} = await serve({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_, __, done) => {
        asked++;
        done(null, {user: 'x'});
      },
    });
    await expect(send({port, user: 'stopgap', password: {env: 'SMTP_PASSWORD'}})).rejects.toThrow(/STARTTLS|TLS/);
    expect([letters.length, asked]).toEqual([0, 0]);
  });

  test('to a server whose certificate nobody vouches for', async () => {
    const {letters, port} = await serve();
    await expect(send({port, ca: undefined})).rejects.toThrow(/unable to verify|certificate/);
    expect(letters).toEqual([]);
  });

  test('to a server of another name', async () => {
    const {letters, port} = await serve();
    await expect(send({port, server: '127.0.0.1'})).rejects.toThrow(/altnames|IP/);
    expect(letters).toEqual([]);
  });

  test('with a wrong password, which the reason does not name', async () => {
    const {letters, port} = await serve();
    await writeFile(join(folder, 'password'), 'wrong horse\n');
    const sent = send({port, user: 'stopgap', password: {file: join(folder, 'password')}});
    await expect(sent).rejects.toThrow('Invalid login');
    await expect(sent).rejects.not.toThrow('wrong horse');
    expect(letters).toEqual([]);
  });

  test('with a password from a file that others can read', async () => {
    const {port} = await serve();
    await writeFile(join(folder, 'open'), 'correct horse\n', {mode: 0o644});
    await expect(send({port, user: 'stopgap', password: {file: join(folder, 'open')}})).rejects.toMatchObject({
      code: 'SECRET.READABLE_BY_OTHERS',
      message: expect.stringContaining('is open to its group and everybody'),
    });
  });

  test('and it is no success, where the server takes one of two receivers', async () => {
    const {port} = await serve({
      onRcptTo: ({address}, _, done) => (address.startsWith('b') ? done(new Error('no such user')) : done()),
    });
    await expect(send({port, to: ['a@example.org', 'b@example.org']})).rejects.toThrow('b@example.org');
  });
});

describe('settings are refused', () => {
  test.each([
    ['a password in clear', {user: 'x', password: 'secret'}],
    ['a password over a connection in clear', {security: 'none', user: 'x', password: {env: 'X'}}],
    ['a user without a password', {user: 'x'}],
    ['nobody to write to', {to: []}],
  ])('that have %s', (_, more) => expect(() => settings(more)).toThrow());
});
