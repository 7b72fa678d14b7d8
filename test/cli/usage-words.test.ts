import {expect, test} from 'vitest';
import {cli} from './collect.ts';

test.each([
  [['show'], 'something is missing: it is written stopgap show <plan>', 'stopgap show --help'],
  [
    ['sandbox', 'request', 'lab'],
    'something is missing: it is written stopgap sandbox request <dir> <url>',
    'stopgap sandbox request --help',
  ],
  [['approve', 'plan.json'], '--reason must be given', 'stopgap approve --help'],
  [['feed', 'sign', 'feed.xml'], /^--key and --chain.* must be given$/, 'stopgap feed sign --help'],
  [['feed'], 'which command of feed?', 'stopgap feed --help'],
])('%j is told what is missing, and where its help is', async (argv, message, command) => {
  const {exitCode, stdout} = await cli([...argv, '--json']);
  expect(exitCode).toBe(3);
  const expected = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(JSON.parse(stdout)).toMatchObject({code: 'USAGE.INVALID', message: expected, next: [{command}]});
});
