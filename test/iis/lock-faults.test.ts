import {expect, test} from 'vitest';
import {effectiveCollection, sectionFaults} from '../../src/iis/effective.ts';
import {layersOf} from '../../src/iis/layers.ts';
import {
  applicationHost,
  configurationOf,
  type Folder,
  type HostParts,
  smallServer,
  type WebConfigs,
  webConfig,
  webConfigPath,
} from '../support/application-host.ts';

/* What IIS refuses to read below a lock. The line that it names carries the comment WRONG. */

const rulesSection = 'system.webServer/rewrite/rules';
const rules = (content: string, attributes = ''): string =>
  `<system.webServer><rewrite>\n<rules ${attributes}>${content}</rules>\n</rewrite></system.webServer>`;
const wrong = '<!-- WRONG -->';

interface Situation {
  readonly host?: HostParts;
  readonly webs: WebConfigs;
  readonly why?: RegExp;
}

const denied = '<section name="rules" overrideModeDefault="Deny" />';

const situations: readonly (readonly [string, Situation])[] = [
  [
    'a locked item is removed: Lock violation',
    {
      webs: {root: rules('<rule name="a" lockItem="true" />'), app: rules(`\n<remove name="a" />${wrong}`)},
      why: /^Lock violation: "a" is locked .*wwwroot\\web\.config:4/,
    },
  ],
  [
    'a locked item is cleared with all others: Lock violation',
    {
      webs: {root: rules('<rule name="b" /><rule name="a" lockItem="true" />'), app: rules(`\n<clear />${wrong}`)},
      why: /^Lock violation: "a"/,
    },
  ],
  [
    'an item that is not locked is removed beside a locked one: nothing is wrong',
    {webs: {root: rules('<rule name="b" /><rule name="a" lockItem="true" />'), app: rules('<remove name="b" />')}},
  ],
  [
    'lockItem="false", as Exchange writes it: nothing is wrong',
    {webs: {root: rules('<rule name="a" lockItem="false" />', 'lockItem="false"'), app: rules('<clear />')}},
  ],
  [
    'the file that locks an item may take it away itself',
    {webs: {app: rules('<rule name="a" lockItem="true" /><remove name="a" />')}},
  ],
  [
    'lockElements="clear" above a <clear />: Lock violation',
    {
      webs: {root: rules('<rule name="a" />', 'lockElements="clear,remove"'), app: rules(`\n<clear />${wrong}`)},
      why: /<clear> .* locked/,
    },
  ],
  [
    'lockElements="clear" above a rule: nothing is wrong',
    {webs: {root: rules('', 'lockElements="clear"'), app: rules('<rule name="a" />')}},
  ],
  [
    'lockAllElementsExcept="rule" above a <remove>: Lock violation',
    {
      webs: {
        root: rules('<rule name="a" />', 'lockAllElementsExcept="rule"'),
        app: rules(`\n<remove name="a" />${wrong}`),
      },
      why: /lockAllElementsExcept/,
    },
  ],
  [
    'an attribute that is locked, even with the same value: Lock violation',
    {
      webs: {
        root: rules('', 'useOriginalURLEncoding="true" lockAttributes="useOriginalURLEncoding"'),
        app: rules(wrong, 'useOriginalURLEncoding="true"'),
      },
      why: /attribute useOriginalURLEncoding .*locked/,
    },
  ],
  [
    'a section that is locked by default stands in a web.config: it cannot be used at this path',
    {
      host: {declarations: denied},
      webs: {app: rules(`<rule name="a" />${wrong}`)},
      why: /cannot be used at this path.*applicationHost\.config:5/,
    },
  ],
  [
    'a section that a location locks stands in a web.config: it cannot be used at this path',
    {
      host: {body: `<location path="Site" overrideMode="Deny">${rules('')}</location>`},
      webs: {app: rules(`<rule name="a" />${wrong}`)},
      why: /cannot be used at this path/,
    },
  ],
  [
    'a section that is locked by default stands in a location of applicationHost.config: nothing is wrong',
    {
      host: {declarations: denied, body: `<location path="Site/app">${rules('<rule name="a" />')}</location>`},
      webs: {},
    },
  ],
  [
    'a section that is locked by default and unlocked for the path: nothing is wrong',
    {
      host: {declarations: denied, body: `<location path="Site" overrideMode="Allow">${rules('')}</location>`},
      webs: {app: rules('<rule name="a" />')},
    },
  ],
];

const wrongLine = ({host, webs}: Situation): {readonly file: string; readonly line: number} | undefined => {
  expect(applicationHost(host)).not.toContain(wrong);
  for (const folder of ['root', 'app'] as const satisfies readonly Folder[]) {
    const lines = webConfig(webs[folder] ?? '').split(/\r?\n/);
    const line = lines.findIndex((one) => one.includes(wrong)) + 1;
    if (line > 0) return {file: webConfigPath(folder), line};
  }
  return undefined;
};

test.each(situations)('%s', async (_, situation) => {
  const path = await layersOf(await configurationOf(smallServer(situation.host, situation.webs)), 'Site/app');
  const faults = sectionFaults(path, rulesSection);
  if (!situation.why) expect(faults).toEqual([]);
  else expect(faults).toEqual([{...wrongLine(situation), reason: expect.stringMatching(situation.why)}]);
});

test('what is locked and taken away all the same is told as taken away: nobody may count on it', async () => {
  const webs = {root: rules('<rule name="a" lockItem="true" />'), app: rules('<clear />')};
  const path = await layersOf(await configurationOf(smallServer({}, webs)), 'Site/app');
  const {items, dropped} = effectiveCollection(path, rulesSection, '');
  expect(items).toEqual([]);
  expect(dropped).toHaveLength(1);
});
