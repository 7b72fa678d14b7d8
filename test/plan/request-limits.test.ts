import {describe, expect, test} from 'vitest';
import {defaultLimits, worstCase} from '../../src/plan/request-limits.ts';
import {fixture, makeLab} from '../support/lab.ts';

/** What a plan for M1 says of its pattern, on a server whose site limits requests that way. */
const said = async (limits: string): Promise<string | undefined> => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  const file = 'C:\\inetpub\\wwwroot\\web.config';
  const filtering = `<system.webServer><security><requestFiltering>${limits}</requestFiltering></security></system.webServer>`;
  await lab.write(file, (await lab.read(file)).replace('</configuration>', `${filtering}</configuration>`));
  const {body} = await lab.plan(['M1']);
  return body.findings.find(({code}) => code === 'REWRITE.SUPERLINEAR')?.message;
};

describe("the worst case of M1's pattern", () => {
  test.each([
    ['', "at IIS's default limits (path 4096, query 2048 characters) up to about 38 million steps a request"],
    ['<requestLimits maxAllowedContentLength="1" />', "at IIS's default limits (path 4096, query 2048 characters)"],
    [
      '<requestLimits maxUrl="260" maxQueryString="1000" />',
      "at the site's limits (path 260, query 1000 characters) up to about 2 million steps a request",
    ],
    ['<requestLimits maxQueryString="32768" />', "at the site's limits (path 4096, query 32768 characters)"],
  ])('under %j', async (limits, sentence) => {
    expect(await said(limits)).toContain(sentence);
  });
});

test.each([
  [2, '38 million'],
  [3, '232 billion'],
  [5, '10 to the power of 18'],
])('a pattern of degree %d at the defaults: %s steps', (degree, steps) => {
  expect(worstCase(degree, defaultLimits)).toContain(`about ${steps} steps`);
});
