import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {flipSignature, readPkits, runPkitsCase} from '../../tools/pkits/run-case.ts';

const folder = '../shared/real/pkits';
const present = existsSync(`${folder}/pkits.json`);
if (!present) console.warn(`skipped: ${folder} is not here`);

// DSA is not supported, on purpose: these two are refused although the suite calls them valid.
const refusedOnPurpose = ['4.1.4', '4.1.5'];

test.skipIf(!present)('PKITS: nothing invalid is accepted, and only the two DSA cases are refused wrongly', () => {
  const suite = readPkits(folder);
  const at = new Date(suite.validationTime);
  const answers = suite.tests.map((each) => ({each, accepted: runPkitsCase(folder, each, at) === 'accepted'}));
  expect(answers).toHaveLength(249);
  expect(answers.filter(({each, accepted}) => accepted && !each.shouldValidate).map(({each}) => each.title)).toEqual(
    [],
  );
  const falselyRefused = answers.filter(({each, accepted}) => !accepted && each.shouldValidate);
  expect(falselyRefused.map(({each}) => each.id)).toEqual(refusedOnPurpose);
});

test.skipIf(!present)("PKITS: with one bit of the target's signature flipped all 249 are refused", () => {
  const suite = readPkits(folder);
  const at = new Date(suite.validationTime);
  const accepted = suite.tests.filter((each) => runPkitsCase(folder, each, at, flipSignature) === 'accepted');
  expect(accepted.map(({title}) => title)).toEqual([]);
});

test.skipIf(!present)('the verifier knows no case of PKITS by name', () => {
  const sources = readdirSync('src/trust', {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'));
  const text = sources.map((file) => readFileSync(join('src/trust', file), 'utf8')).join('\n');
  const {tests} = readPkits(folder);
  const names = new Set(
    tests.flatMap(({id, title, target, anchor, certs, crls}) => [id, title, target, anchor, ...certs, ...crls]),
  );
  // 4.2.1.10 and the like are sections of RFC 5280.
  const found = [...names].filter((name) =>
    new RegExp(`(?<![\\d.])${name.replaceAll('.', '\\.')}(?![\\d.])`).test(text),
  );
  expect(found.filter((name) => !/^\d/.test(name))).toEqual([]);
  expect(text).not.toMatch(/pkits|Test Certificates 2011/i);
});
