import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {serve} from '../../src/server/sandbox/http/serve.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';
import {cli} from './collect.ts';

/*
 * M2 adds to the content security policy of the page of Outlook on the web. The simulated server answers with that page
 * before and after the change; the tracer, which shares no code with it, must have said so beforehand.
 */

const policy = "script-src 'self'";
const changed = `${policy}; script-src-attr 'none'`;

/** Header of the page now, and after M2. /owa/Calendar reads the same web.config and inherits the rule, which leaves it alone. */
const pages = [
  ['/owa/', changed],
  ['/owa', changed],
  ['/OWA/?ae=Folder', changed],
  ['/owa/projection.aspx', changed],
  ['/owa/Calendar/', policy],
  ['/owa/Calendar/jane@mail.example/Calendar/calendar.html', policy],
  ['/owa/auth/logon.aspx', policy],
  ['/ecp/', policy],
] as const;

const served = ({dir}: Lab, url: string): string | undefined => {
  const request = {method: 'GET', url, protocol: 'https', host: 'mail.example', headers: {}} as const;
  const {status, headers} = serve(dir, new Date(), {request, site: 'Default Web Site'});
  expect([url, status]).toEqual([url, 200]);
  return headers['Content-Security-Policy'];
};

const all = (header: (url: string) => string | undefined): readonly (readonly [string, string | undefined])[] =>
  pages.map(([url]) => [url, header(url)]);

test('the header of the page before and after M2, as it was foretold', async () => {
  const lab = await makeLab(fixture('exchange2019-cu12'));
  expect(all((url) => served(lab, url))).toEqual(pages.map(([url]) => [url, policy]));

  const plan = await lab.plan(['M2']);
  await writeFile(join(lab.dir, 'plan.json'), canonicalJson(plan));
  await writeFile(join(lab.dir, 'urls.txt'), pages.map(([url]) => url).join('\n'));
  const answer = ['--answer', 'Content-Type: text/html', '--answer', `Content-Security-Policy: ${policy}`];
  const {stdout} = await cli(
    ['trace', 'urls.txt', '--with', 'plan.json', ...answer, '--json', '--server', `sandbox:${lab.dir}`],
    {cwd: lab.dir},
  );
  const traced: readonly {withPlan: {outbound: {headers: Record<string, string>; certain: boolean}}}[] =
    JSON.parse(stdout).data.requests;
  const foretold = traced.map(({withPlan}) => withPlan.outbound.headers['Content-Security-Policy']);
  expect(foretold).toEqual(pages.map(([, after]) => after));
  expect(traced.every(({withPlan}) => withPlan.outbound.certain)).toBe(true);

  await lab.applied(plan);
  expect(all((url) => served(lab, url))).toEqual(pages);
  await lab.rollBack();
  expect(all((url) => served(lab, url))).toEqual(pages.map(([url]) => [url, policy]));
});
