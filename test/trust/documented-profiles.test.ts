import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {certificatePem} from '../../src/publish/pem.ts';
import {microsoftProfile} from '../../src/trust/profile/microsoft.ts';
import {readTrustProfile} from '../../src/trust/profile/read-profile.ts';
import {root} from '../support/forge-feed.ts';

const text = readFileSync('docs/trust-profiles.md', 'utf8').replaceAll('\r\n', '\n');
const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
const pemFiles = {'contoso-root.pem': certificatePem(root.der)};

test('the examples of the documentation are profiles', () => {
  const names = examples.map((yaml) => readTrustProfile({file: 'example.yaml', text: yaml, pemFiles}).name);
  expect(names).toEqual(['contoso', 'microsoft-next']);
});

test("the example for Microsoft's next issuer differs from the built-in profile in name, issuer and time stamps alone", () => {
  const {name, signer, timestampAnchors, ...rest} = microsoftProfile;
  const next = readTrustProfile({file: 'example.yaml', text: examples[1] ?? '', pemFiles});
  expect(next).toMatchObject(rest);
  expect({...next.signer, issuers: signer.issuers}).toEqual(signer);
  expect(next.name).not.toBe(name);
  expect(timestampAnchors).toHaveLength(1);
});
