import {writeFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Plan} from '../../src/plan/model.ts';
import {cmdForm} from '../../src/preview/shell-form.ts';
import {argvOf} from './c-runtime-argv.ts';
import {type ExchangeServer, installExchange} from './exchange-server.ts';
import {changedPaths, diffOf, expectedOf, journalsAlike, plansAlike, readFiles} from './golden.ts';
import type {Session} from './session.ts';
import type {Received} from './stand-in-server.ts';
import {journalOf, makePlan, planFile, stopgap, succeeds} from './stopgap.ts';

/* M1 and M2 on Exchange 2019 CU12: planned, applied and taken back by the executable, as the golden case says. */

const name = 'm1-and-m2-exchange2019';
let server: ExchangeServer;
let session: Session;
let plan: string;

beforeAll(async () => {
  server = await installExchange({from: 'exchange2019-cu12', services: []});
  session = server.session;
});
afterAll(() => server.uninstall());

const edits = (since: number): readonly Received[] =>
  session.standIns.linesOf('appcmd.exe', since).filter(({argv}) => argv[0] === 'set');

const plannedCommands = (text: string) => {
  const {body}: Plan = JSON.parse(text);
  return body.steps.flatMap(({commands}) => commands.flatMap((each) => (each.do === 'run' ? [each.command] : [])));
};

test('the plan is the one that is made on Linux, and appcmd.exe is told nothing', async () => {
  const since = session.standIns.received.length;
  plan = await makePlan(session, 'M1', 'M2');
  const {made, expected} = plansAlike(plan, name);
  expect(made).toEqual(expected);
  expect(edits(since)).toEqual([]);
});

describe('applied', () => {
  let lines: readonly Received[];

  test('the files change and the journal tells as on Linux', async () => {
    const {wine, standIns} = session;
    const since = standIns.received.length;
    const before = readFiles(wine, changedPaths(name));
    await succeeds(session, 'apply', planFile, '--now', '--reason', 'change 4711');
    lines = edits(since);
    expect(diffOf(before, readFiles(wine, changedPaths(name)))).toBe(expectedOf(name, 'after.diff'));
    const journals = journalsAlike(journalOf(session, 'r1'), {plan, name});
    expect(journals.made).toEqual(journals.expected);
  });

  test('appcmd.exe got the lines that the preview prints, and the C runtime makes the planned argv of them', () => {
    const planned = plannedCommands(plan);
    expect(lines.map(({argv}) => argv)).toEqual(planned.map(({args}) => args));
    expect(lines.map(({line}) => line)).toEqual(
      planned.map((command) => cmdForm(command).replace('%windir%', 'C:\\Windows')),
    );
  });

  test('rollback leaves what the golden case says', async () => {
    const before = readFiles(session.wine, changedPaths(name));
    expect(await succeeds(session, 'rollback', '--all', '--reason', 'over')).toContain('r2');
    expect(readFiles(session.wine, changedPaths(name))).not.toEqual(before);
    expect((await stopgap(session, 'status')).stdout).not.toContain('Applied ');
  });
});

/** Everything that a command line could trip over, in one rule. */
const odd = String.raw`
id: ODD1
description: Nobody needs this.
appliesTo:
  - {product: Exchange2019, cu: CU12, from: 15.2.1118.7}
actions:
  - type: UrlRewrite
    scope: Site
    target: Default Web Site
    description: A rule of which every character is special to somebody.
    value: |
      <rewrite>
        <rules>
          <rule name="stopgap ODD1.1 50% [a,b] é—✓ &amp; more" stopProcessing="true">
            <match url="^odd,(?:&quot;quoted&quot;|[c-d]|100%|%41|日本|back\\slash\\)$" />
            <conditions>
              <add input="{QUERY_STRING}" pattern="^x=[&quot;,%] &lt;a&gt; &amp; (b|c)^\\$" />
            </conditions>
            <action type="AbortRequest" />
          </rule>
        </rules>
      </rewrite>
sideEffects: []
reach: []
rollback: At once.
sources: [a test]
`;

/** What cmd.exe hands on of a line that was typed at its prompt: outside of quotes a caret gives way to what follows it. */
const handedOn = (typed: string): string => {
  let quoted = false;
  return typed.replace(/"|\^(.)/g, (found, escaped?: string) => {
    if (found === '"') quoted = !quoted;
    return escaped === undefined || quoted ? found : escaped;
  });
};

test('a rule full of quotes, brackets, commas, percent signs and Unicode arrives as it was planned', async () => {
  writeFileSync(session.wine.hostPath('C:\\odd.yaml'), odd);
  const made = await makePlan(session, 'C:\\odd.yaml');
  const since = session.standIns.received.length;
  await succeeds(session, 'apply', planFile, '--now', '--reason', 'change 4712');
  const commands = plannedCommands(made);
  expect(edits(since).map(({argv}) => argv)).toEqual(commands.map(({args}) => args));
  const typed = commands.map((command) => argvOf(handedOn(cmdForm(command))).slice(1));
  expect(edits(since).map(({argv}) => argv)).toEqual(typed);
  await succeeds(session, 'rollback', '--all', '--reason', 'over');
});
