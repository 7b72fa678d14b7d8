import {expect, test} from 'vitest';
import {complexityOf} from '../../src/rewrite/complexity.ts';
import {readLevel} from '../../src/rewrite/level.ts';
import {traceRequest} from '../../src/rewrite/trace-request.ts';
import {levelOfVersion, m1Attacks, m1Versions, ordinaryRequests, type PublishedVersion} from './m1-requests.ts';

/* docs/m1-history.md is what the evaluator says, not what somebody wrote: `vitest -u` writes it again. */

const verdict = (version: PublishedVersion, url: string): string => {
  const request = {method: 'GET', url, headers: {host: 'mail.example'}};
  const {answer, certain} = traceRequest(readLevel(levelOfVersion(version)), request);
  return `${answer.kind === 'aborted' ? 'blocked' : 'passes'}${certain ? '' : ' (not known for certain)'}`;
};

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const dates = m1Versions.map(({date}) => date.replace(' 2022', ''));

const page = (): string =>
  `# M1 and its history

In eight days of 2022 the rule against CVE-2022-41040 was published in five versions; each but the last was gone round. This page
is written by a test from what stopgap's own evaluator says about each of them, so it cannot say more than the rules do.
Every version cuts the connection where its pattern is found in its input, letter case aside.

${table(
  ['published', 'input', 'pattern', 'cost of matching'],
  m1Versions.map(({date, input, pattern}) => {
    const {growth, degree} = complexityOf({text: pattern, syntax: 'ECMAScript', ignoreCase: true});
    return [
      date,
      code(input),
      code(pattern),
      growth === 'linear' || degree === 2 ? growth : degree === undefined ? growth : `length to the power of ${degree}`,
    ];
  }),
)}

## Attacks and ways round

${table(
  ['request', ...dates],
  m1Attacks.map(([what, url]) => [`${what}: ${code(url)}`, ...m1Versions.map((version) => verdict(version, url))]),
)}

The rule looks for remote PowerShell only. What reaches another endpoint through Autodiscover, or PowerShell through Outlook on the
web, is not its business, and a letter that is encoded twice is still encoded when the rule looks.

## Ordinary requests

${table(
  ['request', ...dates],
  ordinaryRequests.map((url) => [code(url), ...m1Versions.map((version) => verdict(version, url))]),
)}
`.replaceAll('`', '`');

test('the page in docs is what the evaluator says', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/m1-history.md');
});
