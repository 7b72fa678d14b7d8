import {expect, test} from 'vitest';
import {powerShellHasError} from '../support/powershell.ts';
import {probeCommands, probeScript} from './probe-script.ts';

test('docs/probe.ps1 is a script', async () => {
  expect(await powerShellHasError(probeScript)).toBe(false);
  expect(await powerShellHasError(probeScript.replace('finally {', 'finally'))).toBe(true);
});

test('it asks all eleven questions, each step under a name of its own', () => {
  const names = probeCommands().map(({name}) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...new Set(names.map((name) => Number.parseInt(name, 10)))].toSorted((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]);
});

test('it changes nothing but its own site and pool', () => {
  const changing = probeCommands().filter(({tool, args}) => tool === 'appcmd' && !args.startsWith('list '));
  expect(changing.filter(({args}) => !args.includes('stopgap-probe'))).toEqual([]);
  expect(
    probeCommands().filter(({tool, args}) => tool === 'sc' && !/^(?:config|query \S+|qc \S+)$/.test(args)),
  ).toEqual([]);
});
