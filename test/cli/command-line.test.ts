import {expect, test} from 'vitest';
import {commandLine} from '../../src/cli/command-line.ts';

test('a command line repeats what was said and nothing else', () => {
  const options = {server: 'sandbox:./my lab', place: undefined, exact: true, all: false, accept: ['A.B', 'C.D']};
  expect(commandLine(['plan', 'M1'], options)).toBe(
    'stopgap plan M1 --server "sandbox:./my lab" --exact --accept A.B --accept C.D',
  );
});
