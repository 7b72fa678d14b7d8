import {expect, test} from 'vitest';
import {noticeJson} from '../../../src/agent/report/notify/channel.ts';
import {sayingOf} from '../../../src/agent/report/notify/notice.ts';
import {sampleNotices, testNotice} from '../../../src/agent/report/notify/samples.ts';
import {commandsFor} from '../../../src/cli/commands.ts';
import {parseArgs} from '../../../src/cli/parse-args.ts';
import {noticeKind} from '../../../src/operations/settings/notification.ts';
import {happenings} from './happenings.ts';

const at = '2026-11-22T03:00:00.000Z';
const sayings = happenings.flatMap((what) => sayingOf({at, host: 'EX01', what}) ?? []);
const page = (notices: readonly {readonly subject: string; readonly text: string}[]): string =>
  notices
    .map(({subject, text}) => `Subject: ${subject}\n\n${text}`)
    .join(`${'='.repeat(72)}\n`)
    .replaceAll(/stopgap \d+\.\d+\.\d+ on/g, 'stopgap VERSION on');

test('every message as a person reads it', async () => {
  await expect(page(sayings.map(({notice}) => notice))).toMatchFileSnapshot('expected/messages.txt');
});

test('there is a sample of every kind that settings can name', () => {
  const kinds = new Set(sampleNotices(new Date(at)).map(({kind}) => kind));
  expect([...kinds].toSorted()).toEqual([...noticeKind.options].toSorted());
});

test('every command that a message names is understood', async () => {
  const lines = new Set(sayings.flatMap(({notice}) => notice.text.match(/^ {2}stopgap .*$/gm) ?? []));
  expect(lines.size).toBeGreaterThan(10);
  for (const line of lines) {
    const [, ...argv] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect((await parseArgs(argv, await commandsFor(argv), 100)).kind, line).toBe('run');
  }
});

test('different things have different keys, and the same thing later has the same', () => {
  const keys = sayings.map(({key}) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  // The same plan that waits for a person, and the same run that failed, are one thing to say, however it is put.
  expect(twice).toEqual(twice.filter((key) => /^(?:plan-waiting|failed)\//.test(key)));
  const later = happenings.flatMap((what) => sayingOf({at: '2026-11-29T03:00:00.000Z', host: 'EX01', what}) ?? []);
  expect(later.map(({key}) => key)).toEqual(keys);
});

test('a long preview is cut, and the message says where the rest is', () => {
  const preview = Array.from({length: 1000}, (_, line) => `line ${line + 1}`).join('\n');
  const what = {
    is: 'plan-waiting',
    ids: ['M1'],
    planId: 'a'.repeat(64),
    file: 'p.json',
    preview,
    waiting: {for: 'one-writer'},
  } as const;
  const text = sayingOf({at, host: 'EX01', what})?.notice.text ?? '';
  expect(text).toContain('line 400\n(600 more lines: stopgap show "p.json")');
  expect(text).not.toContain('line 401\n');
});

test('what others wrote cannot add lines to a subject, show a secret, or move the cursor', () => {
  const evil = 'x\r\nBcc: everybody@example.org\u001b[2J password="hunter2"';
  for (const notice of [
    sayingOf({at, host: evil, what: {is: 'drifted', id: evil, status: 'Missing', reason: evil}})?.notice,
    testNotice(evil, new Date(at)),
  ]) {
    expect(notice?.subject).not.toMatch(/[\r\n\u001b]/);
    expect(notice?.text).not.toMatch(/[\r\u001b]|^Bcc/m);
  }
  const [saying] = [sayingOf({at, host: 'EX01', what: {is: 'drifted', id: 'M1', status: 'Missing', reason: evil}})];
  expect(saying && `${saying.notice.text}${noticeJson(saying.notice)}`).not.toContain('hunter2');
});
