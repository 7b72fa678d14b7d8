import {expect, test} from 'vitest';
import {playDemo} from '../../tools/demo/demo.ts';

test('the demo blocks the attack, takes it back, and leaves every byte as it was', async () => {
  const written: string[] = [];
  expect(await playDemo((text) => written.push(text))).toBe(true);
  const answers = written.join('').match(/^(?:200|connection reset, no answer)$/gm);
  expect(answers).toEqual(['200', 'connection reset, no answer', '200']);
}, 60_000);
