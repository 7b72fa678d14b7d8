import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as z from 'zod';
import {candidatePaths} from '../../src/trust/x509/build-paths.ts';
import {parseCertificate} from '../../src/trust/x509/certificate.ts';
import {parseCrl} from '../../src/trust/x509/crl.ts';
import {pathStatuses} from '../../src/trust/x509/crl-status.ts';
import {defaultAlgorithmPolicy} from '../../src/trust/x509/signature.ts';
import {type PathRules, validatePath} from '../../src/trust/x509/validate-path.ts';

/* The NIST Public Key Interoperability Test Suite as a table: pkits.json names certificates, CRLs and the verdict. */

const suite = z.object({
  validationTime: z.string(),
  sections: z.record(z.string(), z.string()),
  tests: z.array(
    z.object({
      id: z.string(),
      section: z.string(),
      title: z.string(),
      anchor: z.string(),
      target: z.string(),
      certs: z.array(z.string()),
      crls: z.array(z.string()),
      shouldValidate: z.boolean(),
      initialPolicySetOids: z.array(z.string()),
      initialExplicitPolicy: z.boolean(),
      initialPolicyMappingInhibit: z.boolean(),
      initialInhibitAnyPolicy: z.boolean(),
    }),
  ),
});

export type PkitsSuite = z.output<typeof suite>;
export type PkitsCase = PkitsSuite['tests'][number];

export const readPkits = (folder: string): PkitsSuite =>
  suite.parse(JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8')));

const rulesOf = (test: PkitsCase, at: Date): PathRules => ({
  at,
  extendedKeyUsages: [],
  leafKeyUsages: [],
  algorithms: defaultAlgorithmPolicy,
  policies: {
    acceptable: test.initialPolicySetOids,
    explicit: test.initialExplicitPolicy,
    inhibitMapping: test.initialPolicyMappingInhibit,
    inhibitAny: test.initialInhibitAnyPolicy,
  },
});

/** What happens to the certificate in question on its way here. */
export type Alteration = (der: Uint8Array) => Uint8Array;

/** The signature stands at the end of a certificate. */
export const flipSignature: Alteration = (der) => Uint8Array.from(der).with(-1, (der.at(-1) ?? 0) ^ 1);

/** `accepted`, or the reason of the refusal. */
export const runPkitsCase = (folder: string, test: PkitsCase, at: Date, alter: Alteration = (der) => der): string => {
  const certificate = (name: string) => parseCertificate(readFileSync(join(folder, 'certs', `${name}.crt`)));
  try {
    const anchor = certificate(test.anchor);
    const leaf = parseCertificate(alter(readFileSync(join(folder, 'certs', `${test.target}.crt`))));
    const pool = test.certs.filter((name) => name !== test.target && name !== test.anchor).map(certificate);
    const crls = test.crls.map((name) => parseCrl(readFileSync(join(folder, 'crls', `${name}.crl`))));
    const rules = rulesOf(test, at);
    let reason = 'no path';
    for (const path of candidatePaths(leaf, pool, [anchor])) {
      const fault = validatePath(path, rules);
      const bad = fault
        ? undefined
        : pathStatuses(path, {at, crls, pool, anchor, rules}).find(({status}) => status !== 'good');
      if (!fault && !bad) return 'accepted';
      reason = fault ? `${fault.code} ${fault.reason}` : JSON.stringify(bad);
    }
    return reason;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
