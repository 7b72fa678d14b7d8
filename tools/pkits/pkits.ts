import {flipSignature, readPkits, runPkitsCase} from './run-case.ts';

// Usage: node tools/pkits/pkits.ts FOLDER [ISO time]; FOLDER holds pkits.json, certs/ and crls/.
const folder = process.argv[2] ?? '../shared/real/pkits';
const suite = readPkits(folder);
const at = new Date(process.argv[3] ?? suite.validationTime);
const results = suite.tests.map((test) => {
  const answer = runPkitsCase(folder, test, at);
  return {test, answer, accepted: answer === 'accepted'};
});
const rows = Object.entries(suite.sections).map(([section, title]) => {
  const own = results.filter(({test}) => test.section === section);
  const right = own.filter(({test, accepted}) => test.shouldValidate === accepted).length;
  const falselyAccepted = own.filter(({test, accepted}) => !test.shouldValidate && accepted).length;
  return {section, title, cases: own.length, right, falselyAccepted};
});
console.table(rows);
const wrong = results.filter(({test, accepted}) => test.shouldValidate !== accepted);
for (const {test, answer} of wrong) console.log(`${test.id} ${test.title}: ${answer}`);
console.log(
  `${results.length - wrong.length} of ${results.length} right, ${wrong.filter((each) => each.accepted).length} false accepts`,
);
const altered = suite.tests.filter((test) => runPkitsCase(folder, test, at, flipSignature) !== 'accepted');
console.log(`${altered.length} of ${results.length} refused with one bit of the target's signature flipped`);
