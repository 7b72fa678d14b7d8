import {existsSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readPkits, runPkitsCase} from '../../tools/pkits/run-case.ts';

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
