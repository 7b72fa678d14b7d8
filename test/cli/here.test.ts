import {expect, test} from 'vitest';
import {atHere, hereOf} from '../../src/cli/here.ts';
import {cli} from './collect.ts';

test.each([
  [['status', '--server', 'sandbox:lab'], '--server sandbox:lab'],
  [['status', '--server=sandbox:my lab', '--state-dir', 'state'], '--server "sandbox:my lab" --state-dir state'],
  [['status'], ''],
])('%j names the server as %s', (argv, here) => {
  expect(hereOf(argv)).toBe(here);
});

test.each([
  ['stopgap recover', 'stopgap recover --server sandbox:lab'],
  ['stopgap feed verify x.xml', 'stopgap feed verify x.xml --server sandbox:lab'],
  ['stopgap feed build x.yaml -o x.xml', 'stopgap feed build x.yaml -o x.xml'],
  ['stopgap apply --help', 'stopgap apply --help'],
  ['stopgap plan M1 --server windows', 'stopgap plan M1 --server windows'],
  ["chmod 700 'x'", "chmod 700 'x'"],
])('%s becomes %s', (command, shown) => {
  expect(atHere(command, '--server sandbox:lab')).toBe(shown);
});

test('a refusal tells what to do next at the server that was named', async () => {
  const {stderr, exitCode} = await cli(['recover', '--server', 'sandbox:nowhere']);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('stopgap sandbox create DIR --from TREE\n');
});
