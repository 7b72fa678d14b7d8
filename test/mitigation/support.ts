import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isRefusal, type Refusal} from '../../src/kit/refusal.ts';
import {readCatalogueFile} from '../../src/mitigation/catalogue.ts';
import type {Mitigation} from '../../src/mitigation/model.ts';
import type {VerifiedFeed} from '../../src/trust/verified-feed.ts';

export const plansFolder: string = join(import.meta.dirname, '../../plans');
export const planFiles: readonly string[] = readdirSync(plansFolder).filter((name) => name.endsWith('.yaml'));

export const readPlan = (file: string): Mitigation =>
  readCatalogueFile({file, text: readFileSync(join(plansFolder, file), 'utf8')});

/** Only verifyFeed may mint one; reading its content is what is under test here, so the brand is put on by force. */
export const feedOf = (xml: string, dialect: VerifiedFeed['dialect'] = 'stopgap'): VerifiedFeed =>
  ({
    xml,
    digest: '0'.repeat(64),
    documentDigest: '0'.repeat(64),
    signer: 'CN=Test',
    issuer: 'CN=Test',
    profile: 'test',
    dialect,
  }) as unknown as VerifiedFeed;

export const refusalOf = (act: () => unknown): Refusal => {
  try {
    act();
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
