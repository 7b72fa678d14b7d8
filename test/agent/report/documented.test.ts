import {createHmac} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {signatureOf} from '../../../src/agent/report/post-signed.ts';
import {noticeKind} from '../../../src/operations/settings/notification.ts';
import {parseServerSettings} from '../../../src/operations/settings/read-settings.ts';

/* What docs/notification.md shows is what the program takes. */

const page = readFileSync(join(import.meta.dirname, '../../../docs/notification.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '');

test('the settings of the page are settings', () => {
  const [notification = '', diagnostics = ''] = blocks('yaml');
  const settings = parseServerSettings('settings.yaml', `${notification}${diagnostics}`);
  expect(settings.notification?.mail?.password).toEqual({file: 'C:\\ProgramData\\stopgap\\smtp-password'});
  expect(settings.notification?.webhooks?.[0]?.on).toEqual(['failed', 'drifted', 'unfinished']);
  expect(settings.notification?.commands?.[0]?.run).toEqual(['C:\\tools\\page.exe', '--queue', 'exchange']);
  expect(settings.diagnostics?.agreedTo).toBe(1);
});

test('every kind is on the page', () => {
  expect(noticeKind.options.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]);
});

test('the check of the page takes what we sign and nothing else', async () => {
  const [code = ''] = blocks('js');
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  if (typeof module !== 'object' || module === null || !('isGenuine' in module)) throw new Error('no isGenuine');
  const {isGenuine} = module;
  if (typeof isGenuine !== 'function') throw new Error('isGenuine is no function');
  const time = String(Math.floor(Date.now() / 1000));
  const headers = {'x-stopgap-timestamp': time, 'x-stopgap-signature': signatureOf('{"a":1}', time, 'key')};
  expect(isGenuine(headers, '{"a":1}', 'key')).toBe(true);
  expect(isGenuine(headers, '{"a":2}', 'key')).toBe(false);
  expect(isGenuine(headers, '{"a":1}', 'other')).toBe(false);
  const old = String(Number(time) - 4000);
  const stale = {'x-stopgap-timestamp': old, 'x-stopgap-signature': signatureOf('{"a":1}', old, 'key')};
  expect(isGenuine(stale, '{"a":1}', 'key')).toBe(false);
  expect(isGenuine({'x-stopgap-timestamp': time}, '{"a":1}', 'key')).toBe(false);
  expect(createHmac('sha256', 'key').update(`${time}.{"a":1}`).digest('hex')).toBe(
    headers['x-stopgap-signature'].slice(3),
  );
});
