import {expect, test} from 'vitest';
import {commandsFor} from '../../src/cli/commands.ts';
import textWidth from '../../tools/build/text-width.ts';
import {cli} from './collect.ts';

test('all help is in ASCII, as the release counts on when it lays it out', async () => {
  const commands = await commandsFor([]);
  const lines = [[], ...commands.map(({name}) => name.split(' ').filter((word) => /^[a-z]/.test(word)))];
  for (const words of lines) {
    const {stdout, exitCode} = await cli([...words, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
  }
  expect(textWidth('\u001b[1m--server\u001b[22m')).toBe('--server'.length);
});

test('commands stand in the order of use: a change, the way back, the agent, and tools last', async () => {
  const {stdout} = await cli(['--help']);
  const named = [...stdout.matchAll(/^ {2}stopgap ([a-z-]+)/gm)].map(([, name]) => name);
  const words = ['feed', 'plan', 'show', 'rehearse', 'approve', 'apply', 'confirm', 'status', 'rollback', 'recover'];
  const after = ['reconcile', 'settings', 'agent', 'doctor', 'completion', 'sandbox'];
  expect(named.filter((name) => name !== undefined && [...words, ...after].includes(name))).toEqual([
    ...words,
    ...after,
  ]);
});
