import {expect, test} from 'vitest';
import type {Answer, Io} from '../../src/cli/command.ts';
import {createLog} from '../../src/cli/log.ts';
import {printAnswer, printBug, printRefusal, refusalText} from '../../src/cli/print.ts';
import {Refusal} from '../../src/kit/refusal.ts';

const collector = (): {io: Io; out: string[]; err: string[]} => {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    stdout: {write: (text: string) => out.push(text)},
    stderr: {write: (text: string) => err.push(text)},
    now: () => new Date('2026-11-21T20:00:01.000Z'),
    cwd: '/',
    env: {},
  };
  return {io, out, err};
};

const answer: Answer = {code: 'PLAN.MADE', exitCode: 2, data: {steps: 3}, text: 'three steps'};

test('an answer for a person is its text, ended by one newline', () => {
  const {io, out} = collector();
  printAnswer(answer, 'text', io);
  printAnswer({...answer, text: 'with one\n'}, 'text', io);
  expect(out).toEqual(['three steps\n', 'with one\n']);
});

test('an answer as JSON is one object on one line', () => {
  const {io, out} = collector();
  printAnswer(answer, 'json', io);
  expect(out).toEqual(['{"ok":true,"code":"PLAN.MADE","data":{"steps":3}}\n']);
});

test('an answer of many lines is JSON Lines', () => {
  const {io, out} = collector();
  printAnswer({...answer, lines: [{file: 'a'}, {file: 'b'}]}, 'json', io);
  expect(out.join('')).toBe('{"file":"a"}\n{"file":"b"}\n');
});

const failure = new Refusal('APPLY.FAILED', 'appcmd said no\nbecause password="Tuesday!"', {
  where: {file: 'C:\\web.config', line: 12, column: 3, step: 'rewrite/M1.1/add', command: 'appcmd set', exitCode: 183},
  untouched: 'Everything was put back.',
  next: [{label: 'Look at the run', command: 'stopgap log'}, {label: 'Plan again'}],
  exitCode: 4,
});

test('a refusal tells what happened, where, what was not touched and what to do next', () => {
  expect(refusalText(failure, false)).toMatchInlineSnapshot(`
    "failed and restored: appcmd said no
      because password="[redacted sha256:83a28bff]" [APPLY.FAILED]
      where: C:\\web.config:12:3, step rewrite/M1.1/add, appcmd set, exit code 183
      Everything was put back.
      next: Look at the run:
        stopgap log
      next: Plan again
    "
  `);
});

test('a refusal as JSON keeps every part and no secret', () => {
  const {io, out} = collector();
  printRefusal(failure, {form: 'json', colour: true, io});
  expect(out.join('')).not.toContain('Tuesday!');
  expect(JSON.parse(out.join(''))).toMatchObject({
    ok: false,
    code: 'APPLY.FAILED',
    where: {line: 12, exitCode: 183},
    untouched: 'Everything was put back.',
    next: [{command: 'stopgap log'}, {label: 'Plan again'}],
  });
});

test('a bug says that it is one, with its stack on standard error', () => {
  const {io, out, err} = collector();
  printBug(new TypeError('x is undefined'), 'json', io);
  expect(JSON.parse(out.join(''))).toMatchObject({ok: false, code: 'BUG'});
  expect(err.join('')).toMatch(/This is a bug in stopgap[\s\S]*TypeError: x is undefined\n\s+at /);
});

test('the log is one line a message, without secrets and control characters', () => {
  const {io, err} = collector();
  const log = createLog({verbose: false, 'log-format': 'text'}, io);
  log.info({pool: 'A\u001b[2J', state: {was: 'Started'}}, 'password=Tuesday! stopped');
  log.debug('not shown without --verbose');
  expect(err).toEqual([
    '20:00:01 info  password=[redacted sha256:83a28bff] stopped (pool=A\\u{1b}[2J, state={"was":"Started"})\n',
  ]);
});

test('the log as JSON is pino as it is, and --verbose tells more', () => {
  const {io, err} = collector();
  createLog({verbose: true, 'log-format': 'json'}, io).debug({step: 1}, 'before');
  expect(err.map((line) => JSON.parse(line))).toEqual([
    {level: 'debug', time: '2026-11-21T20:00:01.000Z', step: 1, msg: 'before'},
  ]);
});
