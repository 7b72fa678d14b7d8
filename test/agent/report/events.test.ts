import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Happening, Occurrence} from '../../../src/agent/happening.ts';
import {eventFile} from '../../../src/agent/report/event-file.ts';
import {type EventSink, eventIdOf, eventLog, eventSource} from '../../../src/agent/report/events.ts';
import {severityOf, wordingOf} from '../../../src/agent/report/wording.ts';
import {testFolder} from '../../support/lab.ts';
import {happenings} from './happenings.ts';

const at = '2026-11-22T03:00:00.000Z';
const occurrence = (what: Happening): Occurrence => ({at, host: 'EX01', what});

const collect = () => {
  const written: {id: number; type: string; message: string}[] = [];
  const sink: EventSink = {write: async (id, type, message) => void written.push({id, type, message})};
  return {written, log: eventLog(sink)};
};

test('each happening as event: id, type and text', async () => {
  const table = happenings.map((what) => {
    const id = eventIdOf(what);
    return `${id ?? 'none'}\t${severityOf(what)}\t${what.is}\n\t${wordingOf(what)}`;
  });
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('expected/events.txt');
});

describe('ids', () => {
  test('applied is 1005, an accepted feed 1006, a feed that failed and a failed mitigation 1008, as for the EM service', () => {
    const idsOf = (is: Happening['is']) => [...new Set(happenings.filter((one) => one.is === is).map(eventIdOf))];
    expect([idsOf('applied'), idsOf('feed-accepted'), idsOf('feed-failed'), idsOf('failed')]).toEqual([
      [1005],
      [1006],
      [1008],
      [1008],
    ]);
  });

  test('every error has the id 1008, and nothing else has it', () => {
    for (const what of happenings) expect(eventIdOf(what) === 1008, what.is).toBe(severityOf(what) === 'error');
  });

  test('outside of 1005, 1006 and 1008 none lies where the ids of the EM service may lie', () => {
    const others = happenings.map(eventIdOf).filter((id) => id !== undefined && ![1005, 1006, 1008].includes(id));
    expect(others.filter((id) => Number(id) < 2000 || Number(id) > 65_535)).toEqual([]);
  });

  test('docs/events.md lists each id with its happening', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/events.md'), 'utf8');
    const missing = happenings.filter((what) => {
      const id = eventIdOf(what);
      return id !== undefined && !new RegExp(`\\| ${id} \\|.*\`${what.is}\``).test(page);
    });
    expect(missing.map(({is}) => is)).toEqual([]);
  });
});

test('a blocked mitigation is an event in every check', async () => {
  const {written, log} = collect();
  for (let check = 0; check < 3; check++) {
    for (const id of ['M1', 'M2']) await log.tell(occurrence({is: 'blocked', id, by: 'server'}));
  }
  expect(written.map(({id}) => id)).toEqual([2010, 2010, 2010, 2010, 2010, 2010]);
});

test("the source is ours, never Microsoft's", () => expect(eventSource).toBe('stopgap'));

test('a text longer than Windows takes is cut', async () => {
  const {written, log} = collect();
  await log.tell(occurrence({is: 'stopped', reason: 'x'.repeat(100_000)}));
  expect(written[0]?.message.length).toBe(31_000);
});

test('where there is no event log, a file of the day has the events as JSON lines', async () => {
  const folder = await testFolder();
  const log = eventLog(eventFile(folder, () => new Date(at)));
  await log.tell(occurrence({is: 'applied', ids: ['M1'], planId: 'a'.repeat(64), run: 'r1'}));
  await log.tell(occurrence({is: 'check-started', cause: 'schedule'}));
  const lines = readFileSync(join(folder, 'events-20261122.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      at,
      source: 'stopgap',
      id: 1005,
      type: 'information',
      message: 'M1 applied and read back by run r1 (plan aaaaaaaaaaaa).',
    },
  ]);
});

test('what a feed or a program wrote can neither break the line nor show a password', () => {
  const text = wordingOf({
    is: 'failed',
    ids: ['M1'],
    code: 'X',
    message: 'line\r\nSecond \u001b[2J password="hunter2"',
    run: null,
    mustDo: [],
  });
  expect(text).not.toMatch(/[\r\n\u001b]|hunter2/);
});
