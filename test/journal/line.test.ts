import {describe, expect, test} from 'vitest';
import {type ChainEnd, chainStart, encodeLine, parseJournal} from '../../src/journal/line.ts';
import type {JournalEvent} from '../../src/journal/model.ts';
import {sha256} from '../../src/kit/hash.ts';
import {isRefusal, type Refusal} from '../../src/kit/refusal.ts';

const at = new Date('2026-11-22T02:00:00Z');
const events: readonly JournalEvent[] = [
  {type: 'confirm.pending', deadline: '2026-11-22T02:15:00.000Z'},
  {type: 'step.intended', step: 'service/Spooler/off'},
  {type: 'command.done', exitCode: 0, stdout: 'größer als 7 €\r\n\u0000\u001b[31m', durationMs: 3, error: null},
  {type: 'step.done', step: 'service/Spooler/off', notes: ['ein "Hinweis"']},
];

const journal = (of: readonly JournalEvent[]): Buffer => {
  let end: ChainEnd = chainStart;
  let text = '';
  for (const event of of) {
    const line = encodeLine(event, end, at);
    text += `${line}\n`;
    end = {seq: end.seq + 1, prev: sha256(line)};
  }
  return Buffer.from(text);
};

const parse = (bytes: Uint8Array) => parseJournal(bytes, {runId: 'r7', file: '/state/runs/r7/journal.jsonl'});

const refusalOf = (bytes: Uint8Array): Refusal | undefined => {
  try {
    parse(bytes);
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  return undefined;
};

const whole = journal(events);
const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
const thirdLine = journal(events.slice(0, 2)).length;

describe('a journal', () => {
  test('reads back what was written, control characters and all', () => {
    const {lines, torn, length} = parse(whole);
    expect(lines.map(({seq, prev: _prev, at: _at, sum: _sum, ...event}) => [seq, event])).toEqual(
      events.map((event, index) => [index + 1, event]),
    );
    expect({torn, length}).toEqual({torn: 0, length: whole.length});
  });

  test('begins with 64 zeros and each line names the hash of the line before it', () => {
    const texts = whole.toString().trimEnd().split('\n');
    expect(parse(whole).lines.map(({prev}) => prev)).toEqual([
      '0'.repeat(64),
      ...texts.slice(0, -1).map((t) => sha256(t)),
    ]);
  });

  test('cut off anywhere in its last line loses that line and nothing else', () => {
    for (let length = lastLine + 1; length < whole.length; length++) {
      const {lines, torn, length: kept} = parse(whole.subarray(0, length));
      expect(lines).toHaveLength(3);
      expect(kept).toBe(lastLine);
      expect(torn).toBe(length - lastLine);
    }
  });

  test('cut off at the end of a line has lost nothing that can be seen', () => {
    expect(parse(whole.subarray(0, lastLine))).toMatchObject({torn: 0, length: lastLine});
  });

  test('with a last line that the file system left empty is torn, not damaged', () => {
    const zeros = Buffer.alloc(200);
    expect(parse(Buffer.concat([whole, zeros]))).toMatchObject({torn: 200, length: whole.length});
    const half = Buffer.concat([whole.subarray(0, lastLine), zeros, whole.subarray(lastLine + 200)]);
    expect(parse(half).lines).toHaveLength(3);
  });

  test('with any byte of its last two lines changed is damaged', () => {
    for (let index = thirdLine; index < whole.length; index++) {
      for (const bit of [1, 2, 0x20, 0x80]) {
        const changed = Buffer.from(whole);
        changed[index] = (changed[index] ?? 0) ^ bit;
        // NUL is what a file system leaves behind that made room for a line and lost power.
        if (changed[index] === 0) continue;
        const refusal = refusalOf(changed);
        expect(refusal?.code, `byte ${index} xor ${bit}`).toBe('JOURNAL.DAMAGED');
      }
    }
  });

  test('with any byte of an earlier line removed is damaged there', () => {
    for (let index = 0; index < thirdLine; index++) {
      const changed = Buffer.concat([whole.subarray(0, index), whole.subarray(index + 1)]);
      expect(refusalOf(changed)?.code, `byte ${index}`).toBe('JOURNAL.DAMAGED');
    }
  });

  test('with a line taken out, doubled or moved is damaged', () => {
    const [a = '', b = '', c = '', d = ''] = whole.toString().split(/(?<=\n)/);
    for (const order of [
      [b, c, d],
      [a, c, d],
      [a, b, b, c, d],
      [a, c, b, d],
      [a, b, c, d, d],
    ]) {
      expect(refusalOf(Buffer.from(order.join('')))?.code).toBe('JOURNAL.DAMAGED');
    }
  });

  test('that is damaged names the run, the line, the file and what can be trusted', () => {
    const changed = Buffer.from(whole);
    changed[thirdLine + 5] = 0x58;
    const refusal = refusalOf(changed);
    expect(refusal?.message).toMatch(/run r7 is damaged at line 3: .*Lines 1 to 2 can be trusted/);
    expect(refusal?.where).toEqual({file: '/state/runs/r7/journal.jsonl', line: 3});
    expect(refusal?.next).not.toEqual([]);
  });

  test('that speaks of an unknown kind of line is damaged, however well it is chained', () => {
    const body = JSON.stringify({seq: 1, prev: chainStart.prev, at: at.toISOString(), type: 'step.guessed'});
    const line = `${body.slice(0, -1)},"sum":"${sha256(body)}"}\n`;
    expect(refusalOf(Buffer.from(line))?.message).toContain('it is not a line of a journal');
  });
});
