import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {treeOf} from '../support/lab.ts';
import {checkOf, findingsOf, makeCase} from './surgery.ts';

/** What is not asked offline, and what nobody has done yet on a new server. */
const network = ['proxies', 'endpoint', 'tls', 'clock', 'feed', 'revocation-hosts', 'trust-list'].map(
  (id) => `unknown ${id}`,
);
const untouched = [...network, 'unknown trust-ends', 'warn feed-age', 'warn agent'];
const noExchange = ['exchange-role', 'exchange-build', 'further-sites', 'em-service'].map(
  (id) => `not-applicable ${id}`,
);

test.each([
  ['exchange-se', ['warn exchange-build', 'warn em-service'], /ExchangeSE RTM, behind 15\.2\.2562\.53/],
  [
    'exchange2019-cu12',
    ['warn exchange-build', 'warn em-service'],
    /no security updates.*lacks the update of March 2023/,
  ],
  ['exchange2019-cu8', ['warn exchange-build', 'warn em-service'], /Exchange has no mitigation service in this build/],
  ['exchange2016-cu19', ['warn exchange-build', 'warn em-service'], /Exchange has no mitigation service in this build/],
  ['plain-iis', ['bad url-rewrite', ...noExchange], /no Exchange/],
])('%s: doctor says what is not good, and changes nothing', async (name, own, build) => {
  const {dir, examine} = await makeCase(name);
  const before = await treeOf(dir);
  const examination = await examine();
  expect(findingsOf(examination).toSorted()).toEqual([...own, ...untouched].toSorted());
  expect(checkOf(examination, 'exchange-build').evidence).toMatch(build);
  expect(examination.connectivity).toBeNull();
  expect(await treeOf(dir)).toEqual(before);
});

test('where there is no EM service, new mitigations wait for a person, and doctor says so', async () => {
  const {evidence} = checkOf(await (await makeCase('exchange2019-cu8')).examine(), 'em-service');
  expect(evidence).toMatch(/no service MSExchangeMitigation.*new mitigations wait for you/);
});

test('of a snapshot only the copy is judged: programs, network and agent are those of another machine', async () => {
  const {dir, examine} = await makeCase('exchange2019-cu12');
  const {openSnapshot} = await import('../../src/server/snapshot/reader.ts');
  const formatVersion = 1;
  const taken = {formatVersion, takenAt: '', stopgap: '', files: [], unreadable: [], digests: {}};
  await writeFile(join(dir, 'snapshot.json'), canonicalJson(taken));
  await rm(join(dir, '.stopgap'), {recursive: true});
  const examination = await examine({reader: await openSnapshot(dir), offline: false});
  const skipped = findingsOf(examination).filter((line) => line.startsWith('not-applicable'));
  expect(skipped).toEqual(
    ['appcmd', 'proxies', 'endpoint', 'tls', 'clock', 'feed', 'revocation-hosts', 'trust-list', 'agent'].map(
      (id) => `not-applicable ${id}`,
    ),
  );
});
