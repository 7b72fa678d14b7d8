import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {needsAttention} from '../../src/cli/status-text.ts';
import {signOfAttack} from '../../src/operations/canaries.ts';
import {knownMitigations} from '../../src/operations/known-mitigations.ts';
import {readState} from '../../src/operations/state.ts';
import {type ServerStatus, statusOf} from '../../src/operations/status.ts';
import {updateRuntime} from '../../src/server/sandbox/runtime.ts';
import type {HttpAnswer, Server} from '../../src/server/server.ts';
import {cli} from '../cli/collect.ts';
import {fixture, type Lab, makeLab} from '../support/lab.ts';

const freshLab = () => makeLab(fixture('exchange2019-cu12'));

const canariesIn = async ({stateDir}: Lab, run = 'r1') =>
  ((await readState(stateDir)).runs.find(({runId}) => runId === run)?.lines ?? []).flatMap((line) =>
    line.type === 'canary.seen' ? line.answers.map(({url, status}) => [line.when, url, status]) : [],
  );

/** A mitigation with one rule; returns the path of its file. */
const oneRule = async (lab: Lab, {target = 'Default Web Site', rule}: {target?: string; rule: string}) => {
  const file = join(lab.dir, '../ORG-1.yaml');
  const lines = [
    'id: ORG-1',
    'description: One rule of our own.',
    'actions:',
    '  - type: UrlRewrite',
    `    scope: ${target.includes('/') ? 'VDir' : 'Site'}`,
    `    target: ${target}`,
    '    description: The rule.',
    '    value: |',
    `      <rewrite><rules>${rule}</rules></rewrite>`,
    '',
  ];
  await writeFile(file, lines.join('\n'));
  return file;
};

const ruleFor = (pattern: string, {input = '{REQUEST_URI}', action = '<action type="AbortRequest" />'} = {}): string =>
  `<rule name="stopgap ORG-1.1"><match url=".*" /><conditions><add input="${input}" pattern="${pattern}" /></conditions>${action}</rule>`;

const resultOf = async (lab: Lab, file: string) => lab.applied(await lab.plan([file]));

describe('a rule is proven by a canary that is', () => {
  test('answered before and reset after: M1', async () => {
    const lab = await freshLab();
    expect(await lab.applied(await lab.plan(['M1']))).toMatchObject({outcome: 'done'});
    expect(await canariesIn(lab)).toEqual([
      ['before', '/stopgap-canary?autodiscover&powershell', 200],
      ['after', '/stopgap-canary?autodiscover&powershell', 'reset'],
    ]);
  });

  test("answered with the rule's own status after", async () => {
    const lab = await freshLab();
    const action = '<action type="CustomResponse" statusCode="403" statusReason="No" statusDescription="No" />';
    await resultOf(lab, await oneRule(lab, {rule: ruleFor('evil(word|thing)', {action})}));
    expect(await canariesIn(lab)).toEqual([
      ['before', '/stopgap-canary?evilword', 200],
      ['after', '/stopgap-canary?evilword', 403],
    ]);
  });

  test('sent to the virtual directory that the rule is for', async () => {
    const lab = await freshLab();
    await resultOf(lab, await oneRule(lab, {target: 'Default Web Site/ecp', rule: ruleFor('unwanted')}));
    expect(await canariesIn(lab)).toEqual([
      ['before', '/ecp/stopgap-canary?unwanted', 200],
      ['after', '/ecp/stopgap-canary?unwanted', 'reset'],
    ]);
  });

  test('sent in the path where the rule looks only there', async () => {
    const lab = await freshLab();
    const rule = '<rule name="stopgap ORG-1.1"><match url="unwanted" /><action type="AbortRequest" /></rule>';
    await resultOf(lab, await oneRule(lab, {rule}));
    expect(await canariesIn(lab)).toEqual([
      ['before', '/stopgap-canary/unwanted', 200],
      ['after', '/stopgap-canary/unwanted', 'reset'],
    ]);
  });
});

describe('no canary is sent, and the run says so, for a rule', () => {
  test.each([
    {
      about: 'whose words make an attack of any request',
      rule: ruleFor('.*autodiscover\\.json.*\\@.*Powershell.*'),
      why: 'looks like an attack: another endpoint behind autodiscover.json',
    },
    {
      about: 'that looks at a cookie',
      rule: ruleFor('(.*)X-AnonResource-Backend(.*)', {input: '{HTTP_COOKIE}'}),
      why: 'no request makes it act that carries its words in the URL alone',
    },
    {
      about: 'whose words are no characters of a URL: half of an emoji, as URL Rewrite reads patterns',
      rule: ruleFor('[😀]x'),
      why: 'no request makes it act that carries its words in the URL alone',
    },
    {
      about: 'that is disabled',
      rule: ruleFor('unwanted').replace('<rule ', '<rule enabled="false" '),
      why: 'it is disabled',
    },
  ])('$about', async ({rule, why}) => {
    const lab = await freshLab();
    const {notes} = await resultOf(lab, await oneRule(lab, {rule}));
    expect(notes.join('\n')).toContain(`The rule "stopgap ORG-1.1" is not proven over HTTP: `);
    expect(notes.join('\n')).toContain(why);
    expect(await canariesIn(lab)).toEqual([]);
  });

  test('that changes answers: M2', async () => {
    const lab = await freshLab();
    const {notes} = await lab.applied(await lab.plan(['M2']));
    expect(notes.join('\n')).toContain('it changes answers, and a canary is a request');
    expect(await canariesIn(lab)).toEqual([]);
  });
});

describe('a rule that does not act on the running server', () => {
  /** Files and appcmd are those of the sandbox; what answers HTTP has not loaded the rule. */
  const deaf = (server: Server, answer: HttpAnswer): Server => ({
    ...server,
    prober: {
      get: async (site, path) => (path.includes('canary') ? answer : server.prober.get(site, path)),
    },
  });

  test('is taken away again, although every file says that it is there', async () => {
    const lab = await freshLab();
    const before = await lab.tree();
    const server = deaf(lab.server, {status: 404, headers: {}});
    const end = await lab.apply(await lab.plan(['M1'], {}), {server});
    expect(end).toMatchObject({did: 'applied', result: {outcome: 'restored', exitCode: 4}});
    if (end.did !== 'applied') throw new Error('nothing was applied');
    expect(end.result.message).toMatch(
      /the rule "stopgap M1\.1 .*" does not act: GET \/stopgap-canary\?autodiscover&powershell of Default Web Site gives status 404 where no answer is expected/,
    );
    expect(Object.keys(await lab.tree())).toEqual(Object.keys(before));
    expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).not.toContain('M1.1');
  });

  test('is kept where nothing answered the canary before either, and the run says that it proves nothing', async () => {
    const lab = await freshLab();
    const server = deaf(lab.server, {status: 'reset', headers: {}});
    const end = await lab.apply(await lab.plan(['M1'], {}), {server});
    expect(end).toMatchObject({did: 'applied', result: {outcome: 'done'}});
    if (end.did !== 'applied') throw new Error('nothing was applied');
    expect(end.result.notes.join('\n')).toContain('was not answered before the change');
  });
});

describe('a server that does not answer a canary in time', () => {
  /** Nothing comes for that many canaries after the change; each takes its half minute. */
  const slow = (server: Server, times: number): Server => {
    let left = times;
    let before = true;
    return {
      ...server,
      prober: {
        get: async (site, path) => {
          if (path.includes('canary') && !before && left-- > 0) {
            await server.clock.sleep(30_000);
            return {status: 'none', headers: {}};
          }
          if (path.includes('canary')) before = false;
          return server.prober.get(site, path);
        },
      },
    };
  };

  test('is asked again, and proves the rule once it answers', async () => {
    const lab = await freshLab();
    const end = await lab.apply(await lab.plan(['M1']), {server: slow(lab.server, 2)});
    expect(end).toMatchObject({did: 'applied', result: {outcome: 'done'}});
    expect((await canariesIn(lab)).at(-1)).toEqual(['after', '/stopgap-canary?autodiscover&powershell', 'reset']);
    expect(end.did === 'applied' && end.result.notes.join('\n')).not.toContain('not proven');
  });

  test('proves nothing and is no reason to take the rule away: the run says so', async () => {
    const lab = await freshLab();
    const end = await lab.apply(await lab.plan(['M1']), {server: slow(lab.server, 1000)});
    expect(end).toMatchObject({did: 'applied', result: {outcome: 'done', exitCode: 0}});
    if (end.did !== 'applied') throw new Error('nothing was applied');
    expect(end.result.notes.join('\n')).toMatch(
      /The rule "stopgap M1\.1 .*" is not proven over HTTP: GET \/stopgap-canary\?autodiscover&powershell of Default Web Site was not answered in time\./,
    );
    expect((await canariesIn(lab)).at(-1)).toEqual(['after', '/stopgap-canary?autodiscover&powershell', 'none']);
    expect(await lab.read('C:\\inetpub\\wwwroot\\web.config')).toContain('M1.1');
  });

  test('shows nothing when it was silent before the change and closes the connection after it', async () => {
    const lab = await freshLab();
    let asked = 0;
    const get: Server['prober']['get'] = async (site, path) =>
      path.includes('canary') && asked++ === 0 ? {status: 'none', headers: {}} : lab.server.prober.get(site, path);
    const end = await lab.apply(await lab.plan(['M1']), {server: {...lab.server, prober: {get}}});
    expect(end.did === 'applied' && end.result.notes.join('\n')).toContain('was not answered before the change');
    expect((await canariesIn(lab)).map(([when]) => when)).toEqual(['before']);
  });
});

test('the canary of M1 shows none of the signs by which attacks are found', () => {
  expect(signOfAttack('/stopgap-canary?autodiscover&powershell')).toBeUndefined();
  expect(signOfAttack('/autodiscover/stopgap-canary?powershell')).toBeDefined();
});

describe('status --live', () => {
  const live = async (lab: Lab) => {
    const {exitCode, stdout} = await cli(['status', '--live', '--json', '--server', `sandbox:${lab.dir}`]);
    const {data} = JSON.parse(stdout) as {data: ServerStatus};
    return {exitCode, row: (id: string) => data.mitigations.find((row) => row.id === id)};
  };

  test('shows that a rule in force refuses its canary, and that the page without its words is answered', async () => {
    const lab = await freshLab();
    await lab.applied(await lab.plan(['M1']));
    const tree = await lab.tree();
    const {exitCode, row} = await live(lab);
    expect(exitCode).toBe(0);
    expect(row('M1')).toMatchObject({
      status: 'Active',
      live: [
        {
          url: '/stopgap-canary?autodiscover&powershell',
          status: 'reset',
          acts: true,
          why: 'GET /stopgap-canary?autodiscover&powershell gives no answer, GET /stopgap-canary status 200: it acts',
        },
      ],
    });
    expect(await lab.tree()).toEqual(tree);
  });

  test('says that a rule cannot be told where the whole site is down', async () => {
    const lab = await freshLab();
    await lab.applied(await lab.plan(['M1']));
    updateRuntime(lab.dir, new Date(), (runtime) => ({
      ...runtime,
      services: {...runtime.services, W3SVC: {state: 'STOPPED', startType: 'auto'}},
    }));
    expect((await live(lab)).row('M1')).toMatchObject({
      live: [{acts: null, why: expect.stringContaining('proves nothing')}],
    });
  });

  test('calls a mitigation not effective when the running server lets its canary pass', async () => {
    const lab = await freshLab();
    await lab.applied(await lab.plan(['M1']));
    const known = await readState(lab.stateDir);
    const context = {stateDir: lab.stateDir, cwd: lab.dir, now: new Date(), profiles: [], env: {}};
    const status = await statusOf(lab.server, {
      known,
      mitigations: await knownMitigations(known, context),
      now: new Date(),
      prober: {get: async () => ({status: 404, headers: {}})},
    });
    expect(status.mitigations.find(({id}) => id === 'M1')).toMatchObject({status: 'Not effective'});
    expect(needsAttention(status)).toBe(true);
  });

  test('is refused for a snapshot, which answers nothing', async () => {
    const args = ['status', '--live', '--server', `snapshot:${fixture('exchange2019-cu12')}`];
    const {exitCode, stderr} = await cli(args);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('SERVER.NO_ANSWERS');
  });
});
