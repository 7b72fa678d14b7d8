import {describe, expect, test} from 'vitest';
import {mitigationsFromFeed, signalsFromFeed} from '../../src/mitigation/from-feed.ts';
import {heartbeatId} from '../../src/mitigation/heartbeat.ts';
import {feedOf, refusalOf} from './support.ts';

const nothing = '<Action type="DoNothing" scope="Server"><Value>DoNothing</Value></Action>';
const feed = (configs: string): string =>
  `<EOCS version="1.0.4" serial="1" issued="2026-11-21T08:00:00Z">${configs}</EOCS>`;
const config = (actions: string, more = '', attributes = 'id="X1" desc="x"'): string =>
  feed(`<Config ${attributes}><ActionList>${actions}</ActionList>${more}</Config>`);
const rewrite = (inside: string, attributes = 'scope="Site" target="Default Web Site"'): string =>
  config(`<Action type="UrlRewrite" ${attributes}><Value>${inside}</Value></Action>`);
const rule = (name: string): string => `<rule name="${name}"><match url="x" /><action type="AbortRequest" /></rule>`;

const read = (xml: string): ReturnType<typeof mitigationsFromFeed> => mitigationsFromFeed(feedOf(xml));
const reasonOf = (xml: string): string => {
  const {code, message} = refusalOf(() => read(xml));
  expect(code).toBe('FEED.NOT_UNDERSTOOD');
  return message;
};

test('rules keep the order of the document, also across other names', () => {
  const [mitigation] = read(
    rewrite(
      `<rewrite><rules>${rule('b')}${rule('a')}</rules><outboundRules><rule name="z"><match pattern="x" /><action type="None" /></rule></outboundRules></rewrite>`,
    ),
  );
  const [action] = mitigation?.actions ?? [];
  const names = action?.kind === 'rewrite' ? action.items.map(({element}) => element.attributes[0]?.[1]) : [];
  expect(names).toEqual(['b', 'a', 'z']);
});

test('items hold configuration elements and nothing else, so that equal ones compare equal', () => {
  const [action] = read(rewrite(`<rewrite><rules>${rule('a')}</rules></rewrite>`))[0]?.actions ?? [];
  expect(action).toEqual({
    id: 'X1.1',
    description: '',
    kind: 'rewrite',
    scope: 'Site',
    target: 'Default Web Site',
    items: [
      {
        section: 'rules',
        collection: '',
        element: {
          name: 'rule',
          attributes: [['name', 'a']],
          children: [
            {name: 'match', attributes: [['url', 'x']], children: []},
            {name: 'action', attributes: [['type', 'AbortRequest']], children: []},
          ],
        },
      },
    ],
  });
});

test('a service and a pool are read with the monitoring that would start them again', () => {
  const monitoring =
    '<monitoring><service name="HMRecovery" /><service name="HM" /><worker image="HMWorker.exe" /></monitoring>';
  const [mitigation] = read(
    config(
      `<Action type="Service" scope="Server" desc="a"><Value>${monitoring}<service name="UM" state="Stopped" startType="Disabled" /></Value></Action>` +
        '<Action type="AppPool" scope="Server" desc="b"><Value><appPool name="P" state="Stopped" autoStart="false" /></Value></Action>',
    ),
  );
  expect(mitigation?.actions).toEqual([
    {
      id: 'X1.1',
      description: 'a',
      kind: 'service',
      service: 'UM',
      monitoring: {services: ['HMRecovery', 'HM'], workers: ['HMWorker.exe']},
    },
    {id: 'X1.2', description: 'b', kind: 'app-pool', pool: 'P', monitoring: undefined},
  ]);
});

describe('what is not understood is refused', () => {
  const service = (value: string): string =>
    config(`<Action type="Service" scope="Server"><Value>${value}</Value></Action>`);

  test.each([
    ['another root', '<Feed />', 'its root is <Feed>'],
    ['an attribute of the root', '<EOCS version="1" mode="fast" />', 'unknown attribute "mode"'],
    ['text in the root', feed('x'), 'holds text'],
    ['an element beside the configs', feed('<Setting />'), 'unknown element <Setting>'],
    ['a config without description', config(nothing, '', 'id="X1"'), 'no attribute "desc"'],
    ['an id that cannot be one', config(nothing, '', 'id="../X1" desc="x"'), 'must be an id'],
    [
      'one id twice',
      feed(
        `<Config id="X1" desc="x"><ActionList>${nothing}</ActionList></Config><Config id="x1" desc="x"><ActionList>${nothing}</ActionList></Config>`,
      ),
      'stands twice',
    ],
    ['no action', config(''), 'actions'],
    [
      'an action of an unknown type',
      config('<Action type="Registry" scope="Server"><Value>x</Value></Action>'),
      'type of action "Registry" is unknown',
    ],
    [
      'a version range that is not ours',
      config(nothing.replace('scope=', 'minBuild="15.2.1.1" scope=')),
      'unknown attribute "minBuild"',
    ],
    ['nothing that is something', config(nothing.replace('>DoNothing<', '>Do<')), 'another value'],
    [
      'a service that shall start',
      service('<service name="UM" state="Running" startType="Disabled" />'),
      'state="Stopped"',
    ],
    ['a service that is only stopped', service('<service name="UM" state="Stopped" />'), 'no attribute "startType"'],
    [
      'two services in one action',
      service(
        '<service name="A" state="Stopped" startType="Disabled" /><service name="B" state="Stopped" startType="Disabled" />',
      ),
      'exactly one <service>',
    ],
    [
      'a service with a switch in its name',
      service('<service name="/x" state="Stopped" startType="Disabled" />'),
      'no name of a service',
    ],
    ['a service of a site', service('').replace('Server', 'Site'), 'must have the scope Server'],
    [
      'text in a rewrite section',
      rewrite(`<rewrite><rules>x${rule('a')}</rules></rewrite>`),
      'text beside its elements',
    ],
    [
      'text in a rule',
      rewrite('<rewrite><rules><rule name="a"><match url="x">y</match><action type="None" /></rule></rules></rewrite>'),
      'holds text',
    ],
    ['clear', rewrite('<rewrite><rules><clear /></rules></rewrite>'), '<clear> is nothing'],
    [
      'global rules for a site',
      rewrite(`<rewrite><globalRules>${rule('a')}</globalRules></rewrite>`),
      'need the scope Server',
    ],
    [
      'a target that is not of the scope',
      rewrite(`<rewrite><rules>${rule('a')}</rules></rewrite>`, 'scope="VDir" target="Default Web Site"'),
      'does not fit the scope',
    ],
    ['an unknown scope', rewrite(`<rewrite><rules>${rule('a')}</rules></rewrite>`, 'scope="Farm"'), 'actions.0.scope'],
    ['a namespace', rewrite(`<rewrite xmlns="urn:x"><rules>${rule('a')}</rules></rewrite>`), '"xmlns"'],
    ['an unknown note', config(nothing, '<Notes><Hint>x</Hint></Notes>'), 'unknown element <Hint>'],
    ['two ways back', config(nothing, '<Notes><Rollback>x</Rollback><Rollback>y</Rollback></Notes>'), 'more than once'],
    [
      'a probe without reason',
      config(nothing, '<Probes><Blocked method="GET" url="/" /></Probes>'),
      'no attribute "why"',
    ],
    [
      'a header twice',
      config(
        nothing,
        '<Probes><Blocked method="GET" url="/" why="x"><Header name="A" value="1" /><Header name="a" value="2" /></Blocked></Probes>',
      ),
      'one header twice',
    ],
    ['an element that is called as the reader calls its text', config('<_ />'), 'unknown element <_>'],
    ['an element from the prototype', config('<__proto__ />'), 'unknown element <__proto__>'],
    [
      'a build of another product',
      config(nothing, '<AppliesTo><Builds product="Exchange2016" cu="CU1" from="15.2.330.5" /></AppliesTo>'),
      'no build of Exchange2016',
    ],
  ])('%s', (_, xml, reason) => {
    expect(reasonOf(xml)).toContain(reason);
  });

  test('and the refusal names the config', () => {
    expect(reasonOf(config('<Action type="Registry" scope="Server"><Value>x</Value></Action>'))).toContain(
      'Config "X1"',
    );
  });
});

describe("a feed of Microsoft's", () => {
  const genuine = feedOf(
    `<EOCS version="1.0.4"><Config id="${heartbeatId}" desc="Heartbeat."><ActionList><Action type="DoNothing" scope="Server" desc="x"><Value>DoNothing</Value></Action></ActionList></Config><Config id="M9" desc="New." minimum="?"><ActionList><Action type="Unheard" scope="?"><Value><x/></Value></Action></ActionList></Config></EOCS>`,
    'microsoft',
  );

  test('gives signals whatever its payload is', () => {
    expect(signalsFromFeed(genuine)).toEqual([
      {id: 'PING1', description: 'Heartbeat.'},
      {id: 'M9', description: 'New.'},
    ]);
  });

  test('gives no mitigation', () => {
    expect(mitigationsFromFeed(genuine)).toEqual([]);
  });

  test('is the only one that gives signals', () => {
    expect(signalsFromFeed(feedOf(config(nothing)))).toEqual([]);
  });
});
