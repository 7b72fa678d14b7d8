import {expect, test} from 'vitest';
import {readCatalogueFile} from '../../src/mitigation/catalogue.ts';
import {mitigationsFromFeed} from '../../src/mitigation/from-feed.ts';
import {schemaLine, toCatalogueYaml} from '../../src/mitigation/to-yaml.ts';
import {buildFeed} from '../../src/publish/build-feed.ts';
import {fc} from '../support/properties.ts';
import {isCanonical, mitigations} from './arbitrary.ts';
import {feedOf, planFiles, readPlan} from './support.ts';

const head = {version: '1.0.4', serial: 1, issued: new Date('2026-11-21T08:00:00Z'), expires: undefined};
const withoutDeclaration = (xml: string): string => xml.slice(xml.indexOf('<EOCS'));

test('any mitigation written as a catalogue file is read as itself', () => {
  fc.assert(
    fc.property(mitigations, (mitigation) => {
      for (const action of mitigation.actions)
        if (action.kind === 'rewrite') expect(isCanonical(action.items)).toBe(true);
      const text = toCatalogueYaml(mitigation);
      expect(text.startsWith(schemaLine)).toBe(true);
      expect(readCatalogueFile({file: 'x.yaml', text})).toEqual(mitigation);
    }),
    {numRuns: 300},
  );
});

test('any mitigation published in a feed is read as itself', () => {
  fc.assert(
    fc.property(mitigations, (mitigation) => {
      const xml = withoutDeclaration(buildFeed([mitigation], head));
      expect(mitigationsFromFeed(feedOf(xml))).toEqual([mitigation]);
    }),
    {numRuns: 300},
  );
});

test('the whole catalogue goes through a feed and through YAML unchanged', () => {
  const all = planFiles.map(readPlan);
  expect(mitigationsFromFeed(feedOf(withoutDeclaration(buildFeed(all, head))))).toEqual(all);
  for (const mitigation of all) {
    expect(readCatalogueFile({file: 'x.yaml', text: toCatalogueYaml(mitigation)})).toEqual(mitigation);
  }
});
