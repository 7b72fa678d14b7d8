import {expect, test} from 'vitest';
import {expectedBefore, outcomeOf, subjectOf} from '../../src/apply/checks.ts';
import {sha256} from '../../src/kit/hash.ts';
import type {Check} from '../../src/plan/model.ts';
import {addRule, poolOff, ruleAddress, serviceOff} from '../support/plans.ts';

const startType = (is: 'auto' | 'disabled'): Check => ({check: 'service-start-type', service: 'Spooler', is});
const state = (is: 'RUNNING' | 'STOPPED'): Check => ({check: 'service-state', service: 'Spooler', is});

test('the outcome of a step is what its last command says about each thing', () => {
  const off = serviceOff('Spooler');
  expect(outcomeOf(off.commands)).toEqual([startType('disabled'), state('STOPPED')]);
  expect(outcomeOf([...off.commands, ...off.undo])).toEqual([startType('auto'), state('RUNNING')]);
});

test('what a command found before it is about its own things alone', () => {
  const off = serviceOff('Spooler');
  expect(expectedBefore(off, {phase: 'do', index: 0, reached: 1})).toEqual([startType('auto')]);
  expect(expectedBefore(off, {phase: 'do', index: 1, reached: 2})).toEqual([state('RUNNING')]);
});

test('what an undo found before it is what the commands that were reached left', () => {
  const off = serviceOff('Spooler');
  expect(expectedBefore(off, {phase: 'undo', index: 0, reached: 2})).toEqual([startType('disabled')]);
  expect(expectedBefore(off, {phase: 'undo', index: 1, reached: 2})).toEqual([state('STOPPED')]);
  expect(expectedBefore(off, {phase: 'undo', index: 1, reached: 1})).toEqual([state('RUNNING')]);
});

test('a step that edits one element twice expects the first edit before the second', () => {
  const at = ruleAddress('C:\\web.config', 'M9.1');
  const present = (text: string): Check => ({check: 'element', at, is: 'present', meaning: sha256(text)});
  const once = addRule('C:\\web.config', 'M9.1');
  const [command] = once.commands;
  if (command?.do !== 'run') throw new TypeError('not a run');
  const twice = {
    ...once,
    commands: [
      {...command, after: [present('disabled')]},
      {...command, after: [present('enabled')]},
    ],
  };
  expect(expectedBefore(twice, {phase: 'do', index: 1, reached: 2})).toEqual([present('disabled')]);
});

test('before a file is put back it is what the run left', () => {
  const restore = {
    do: 'restore-file' as const,
    path: 'C:\\a',
    from: sha256('a'),
    to: sha256('b'),
    backup: `r1/${sha256('b')}`,
  };
  const step = {...poolOff('X'), commands: [restore]};
  expect(expectedBefore(step, {phase: 'do', index: 0, reached: 1})).toEqual([
    {check: 'file', path: 'C:\\a', sha256: sha256('a')},
  ]);
});

test('one thing has one name, however it is spelled', () => {
  const a = ruleAddress('C:\\inetpub\\wwwroot\\web.config', 'M9.1');
  const b = {...ruleAddress('c:/InetPub/wwwroot/Web.config', 'm9.1'), configPath: 'Default Web Site/owa'};
  expect(subjectOf({check: 'element', at: a, is: 'absent'})).toBe(subjectOf({check: 'element', at: b, is: 'absent'}));
  expect(subjectOf(state('RUNNING'))).not.toBe(subjectOf(startType('auto')));
  expect(subjectOf({check: 'file', path: 'C:\\A', sha256: sha256('')})).toBe('file:c:\\a');
});
