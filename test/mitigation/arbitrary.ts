import type {ElementSpec} from '../../src/iis/element-spec.ts';
import type {Action, BuildLane, Mitigation, Monitoring, ProbeRequest, RewriteItem} from '../../src/mitigation/model.ts';
import {readRewritePayload, rewriteTree} from '../../src/mitigation/payload.ts';
import {fc} from '../support/properties.ts';

/* Mitigations as they come out of the readers: anything that the model can hold and both doors let in. */

const awkward = [
  '#',
  ': ',
  "'",
  '"',
  '&',
  '<',
  '>',
  '%',
  '*',
  '!',
  '|',
  '- ',
  '{',
  '}',
  '[',
  ',',
  '?',
  '@',
  '`',
  '\\',
  'ß',
  '🛑',
  '~',
  'null',
  '0',
  '\u2028',
  '\u0085',
];
const piece = fc.oneof(fc.constantFrom(...awkward), fc.string({maxLength: 5}));
const allowed = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '');
const free = fc.array(piece, {maxLength: 6}).map((parts) => allowed(parts.join('')));
const sentence = free.map((text) => `S${text}`.trim().replace(/\s+/gu, ' '));
const value = fc.oneof(free, fc.constantFrom('a\nb', 'a\tb', '\r', ' blank '));
const name = free.map((text) => `n${text}`.trim());
const bool = fc.constantFrom('true', 'false');

const spec = (
  tag: string,
  attributes: readonly (readonly [string, string | undefined])[],
  children: readonly (ElementSpec | undefined)[] = [],
): ElementSpec => ({
  name: tag,
  attributes: attributes.flatMap(([key, text]) => (text === undefined ? [] : [[key, text] as const])),
  children: children.filter((child) => child !== undefined),
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, {nil: undefined});

const condition = fc.tuple(name, value, maybe(bool)).map(([input, pattern, negate]) =>
  spec('add', [
    ['input', input],
    ['pattern', pattern],
    ['negate', negate],
  ]),
);
const conditions = fc
  .uniqueArray(condition, {maxLength: 3, selector: ({attributes}) => String(attributes[0]?.[1]).toLowerCase()})
  .map((list) => spec('conditions', [], list));
const inboundRule = fc
  .tuple(name, maybe(bool), name, maybe(conditions), value)
  .map(([key, stop, url, list, description]) =>
    spec(
      'rule',
      [
        ['name', key],
        ['stopProcessing', stop],
      ],
      [
        spec('match', [['url', url]]),
        list,
        spec('action', [
          ['type', 'CustomResponse'],
          ['statusCode', '403'],
          ['statusDescription', description],
        ]),
      ],
    ),
  );
const named = (elements: fc.Arbitrary<ElementSpec>): fc.Arbitrary<readonly ElementSpec[]> =>
  fc.uniqueArray(elements, {maxLength: 3, selector: ({attributes}) => String(attributes[0]?.[1]).toLowerCase()});
const preCondition = fc
  .tuple(name, fc.array(condition, {maxLength: 1}))
  .map(([key, list]) => spec('preCondition', [['name', key]], list));
const map = fc
  .tuple(name, value)
  .map(([key, text]) => spec('rewriteMap', [['name', key]], [spec('add', [['key', text]])]));

const items: fc.Arbitrary<readonly RewriteItem[]> = fc
  .tuple(named(inboundRule), named(preCondition), named(map))
  .filter(([rules, preConditions, maps]) => rules.length + preConditions.length + maps.length > 0)
  .map(([rules, preConditions, maps]) => [
    ...maps.map((element): RewriteItem => ({section: 'rewriteMaps', collection: '', element})),
    ...rules.map((element): RewriteItem => ({section: 'rules', collection: '', element})),
    ...preConditions.map((element): RewriteItem => ({section: 'outboundRules', collection: 'preConditions', element})),
  ]);

const identifier = fc.stringMatching(/^[A-Za-z0-9_.$][A-Za-z0-9_.$-]{0,8}$/);
const monitoring: fc.Arbitrary<Monitoring | undefined> = maybe(
  fc.record({
    services: fc.array(identifier, {minLength: 1, maxLength: 2}),
    workers: fc.array(
      identifier.map((image) => `${image}.exe`),
      {maxLength: 2},
    ),
  }),
);
const place = fc.constantFrom(
  {scope: 'Server', target: ''} as const,
  {scope: 'Site', target: 'Default Web Site'} as const,
  {scope: 'VDir', target: 'Default Web Site/owa/Calendar'} as const,
);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(place, items, fc.oneof(sentence, fc.constant(''))).map(
    ([{scope, target}, list, description]): Action => ({
      id: '',
      kind: 'rewrite',
      scope,
      target,
      description,
      items: list,
    }),
  ),
  fc.record({
    id: fc.constant(''),
    kind: fc.constant('service' as const),
    description: sentence,
    service: identifier,
    monitoring,
  }),
  fc.record({
    id: fc.constant(''),
    kind: fc.constant('app-pool' as const),
    description: sentence,
    pool: identifier,
    monitoring,
  }),
  fc.record({id: fc.constant(''), kind: fc.constant('nothing' as const), description: sentence}),
);

const lane: fc.Arbitrary<BuildLane> = fc
  .tuple(fc.integer({min: 0, max: 2561}), fc.nat({max: 99}), fc.nat({max: 3}))
  .map(([number, first, kind]) => ({
    product: 'Exchange2019',
    cu: 'CU1',
    from: `15.2.${number}.${first}`,
    fixedIn: kind > 0 ? `15.2.${number}.${first + 1}` : undefined,
    removableFrom: kind > 1 ? `15.2.${number}.${first + kind}` : undefined,
  }));

const probe: fc.Arbitrary<ProbeRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  url: fc.stringMatching(/^\/[!-~]{0,12}$/),
  headers: fc.dictionary(
    fc.stringMatching(/^[A-Z][a-z-]{1,6}$/),
    free.map((text) => text.trim()),
    {maxKeys: 2, noNullPrototype: true},
  ),
  why: sentence,
});

const sentences = fc.array(sentence, {maxLength: 2});

export const mitigations: fc.Arbitrary<Mitigation> = fc
  .record({
    id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/),
    description: sentence,
    cves: fc.array(fc.constantFrom('CVE-2022-41040', 'CVE-2026-428971'), {maxLength: 2}),
    appliesTo: fc.uniqueArray(lane, {maxLength: 3, selector: ({from}) => from.split('.')[2]}),
    actions: fc.array(action, {minLength: 1, maxLength: 3}),
    notes: fc.record({
      sideEffects: sentences,
      reach: sentences,
      losses: sentences,
      rollback: fc.oneof(fc.constant(''), sentence),
      alternative: maybe(sentence),
      sources: sentences,
    }),
    blocked: fc.array(probe, {maxLength: 2}),
    passed: fc.array(probe, {maxLength: 2}),
  })
  .map((mitigation) => ({
    ...mitigation,
    actions: mitigation.actions.map((one, index) => ({...one, id: `${mitigation.id}.${index + 1}`})),
  }));

/** Keeps the generator honest: its items are what the payload reader gives. */
export const isCanonical = (list: readonly RewriteItem[]): boolean =>
  JSON.stringify(readRewritePayload(rewriteTree(list))) === JSON.stringify(list);
