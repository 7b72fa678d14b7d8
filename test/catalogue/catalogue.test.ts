import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {specAttribute} from '../../src/iis/element-spec.ts';
import type {Action, Mitigation, RewriteAction} from '../../src/mitigation/model.ts';
import {schemaLine} from '../../src/mitigation/to-yaml.ts';
import {planFiles, plansFolder, readPlan} from '../mitigation/support.ts';

const published = ['CVE-2021-26855', 'CVE-2021-26857', 'CVE-2021-26858', 'CVE-2021-27065', 'M1', 'M2', 'PING1'];
const isRewrite = (action: Action): action is RewriteAction => action.kind === 'rewrite';
const namesOf = (mitigation: Mitigation): readonly string[] =>
  mitigation.actions
    .filter(isRewrite)
    .flatMap(({items}) => items)
    .map(({element}) => specAttribute(element, 'name') ?? '');

test('the catalogue has one file per published mitigation, named by its id', () => {
  expect(planFiles.map((file) => file.replace('.yaml', '')).toSorted()).toEqual(published);
  expect(planFiles.map((file) => `${readPlan(file).id}.yaml`)).toEqual(planFiles);
});

describe.each(planFiles)('%s', (file) => {
  const mitigation = readPlan(file);

  test('names its schema in the first line', () => {
    expect(readFileSync(join(plansFolder, file), 'utf8').startsWith(schemaLine)).toBe(true);
  });

  test('gives its rules names of its own, which no other tool writes', () => {
    for (const action of mitigation.actions.filter(isRewrite)) {
      for (const {element} of action.items)
        expect(specAttribute(element, 'name')).toMatch(new RegExp(`^stopgap ${action.id} `));
    }
    const names = namesOf(mitigation).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('tells how it is taken back and where it is known from', () => {
    expect(mitigation.notes.rollback).not.toBe('');
    expect(mitigation.notes.sources.length).toBeGreaterThan(0);
  });

  test('tells what is lost where it stops something', () => {
    const stops = mitigation.actions.some(({kind}) => kind === 'service' || kind === 'app-pool');
    if (stops) expect(mitigation.notes.losses.length).toBeGreaterThan(0);
    // A loss marks a step as disruptive: "none" must be an empty list, not a sentence.
    for (const loss of mitigation.notes.losses) expect(loss).not.toMatch(/^(?:none|nothing)/i);
  });

  test('tells whom it reaches wherever it changes something', () => {
    const changes = mitigation.actions.some(({kind}) => kind !== 'nothing');
    expect(mitigation.notes.reach.length > 0).toBe(changes);
  });
});

test('what stops a service or a pool switches the monitoring off first, the one that restarts the other foremost', () => {
  const stopping = planFiles
    .map(readPlan)
    .flatMap(({actions}) => actions)
    .filter((action) => action.kind === 'service' || action.kind === 'app-pool');
  expect(stopping).toHaveLength(4);
  for (const {monitoring} of stopping) {
    expect(monitoring).toEqual({
      services: ['MSExchangeHMRecovery', 'MSExchangeHM'],
      workers: ['MSExchangeHMWorker.exe'],
    });
  }
});

test('pools that both sites use say so, and name a narrower way than to stop all monitoring', () => {
  for (const id of ['CVE-2021-26858', 'CVE-2021-27065']) {
    const {notes} = readPlan(`${id}.yaml`);
    expect(notes.reach.join(' ')).toMatch(/both sites.*other servers proxy.*This server only/is);
    expect(notes.alternative).toContain('Add-ServerMonitoringOverride');
  }
});

/** Whether one of the inbound rules would stop the request, by the plain reading of its one condition. */
const isStopped = (mitigation: Mitigation, url: string, cookie: string): boolean =>
  mitigation.actions
    .filter(isRewrite)
    .flatMap(({items}) => items)
    .filter(({section}) => section === 'rules')
    .map(({element}) => element.children.find(({name}) => name === 'conditions')?.children ?? [])
    .some((conditions) =>
      conditions.every((condition) => {
        const inputs: Readonly<Record<string, string>> = {
          '{UrlDecode:{REQUEST_URI}}': decodeURIComponent(url),
          '{HTTP_COOKIE}': cookie,
        };
        const input = inputs[specAttribute(condition, 'input') ?? ''];
        expect(input).toBeDefined();
        return new RegExp(specAttribute(condition, 'pattern') ?? '', 'i').test(input ?? '');
      }),
    );

describe.each(['M1', 'CVE-2021-26855'])('%s', (id) => {
  const mitigation = readPlan(`${id}.yaml`);

  test.each(mitigation.blocked)('stops $method $url $headers', ({url, headers}) => {
    expect(isStopped(mitigation, url, headers['Cookie'] ?? '')).toBe(true);
  });

  test.each(mitigation.passed)('lets $method $url $headers pass', ({url, headers}) => {
    expect(isStopped(mitigation, url, headers['Cookie'] ?? '')).toBe(false);
  });

  test('has requests of several kinds for both', () => {
    expect(mitigation.blocked.length).toBeGreaterThanOrEqual(5);
    const paths = mitigation.passed.map(({url}) => url.toLowerCase());
    for (const start of ['/owa', '/ecp', '/ews', '/microsoft-server-activesync', '/mapi', '/oab', '/autodiscover']) {
      expect(
        paths.some((path) => path.startsWith(start)),
        start,
      ).toBe(true);
    }
  });
});

test('M2 holds a precondition and the rule that needs it, in that order', () => {
  const [action] = readPlan('M2.yaml').actions.filter(isRewrite);
  expect(action?.items.map(({section, collection}) => [section, collection])).toEqual([
    ['outboundRules', 'preConditions'],
    ['outboundRules', ''],
  ]);
  const [preCondition, rule] = action?.items ?? [];
  expect(rule && specAttribute(rule.element, 'preCondition')).toBe(
    preCondition && specAttribute(preCondition.element, 'name'),
  );
});
