import {describe, expect, test} from 'vitest';
import type {TrustCode} from '../../../src/trust/reject.ts';
import {codeOf, config, type Forgery, forge} from '../../support/forge-feed.ts';

export interface Attack {
  /** What is done, as a catalogue of attacks would call it. */
  readonly name: string;
  readonly code: TrustCode;
  /** The attacked document, made of a genuine one. */
  readonly attack: (genuine: string) => string;
}

/**
 * One row of the catalogue and the ways to try it. Each case first shows that the document it starts from is accepted, so that the
 * reason cannot be another one.
 */
export const testAttacks = (row: string, attacks: readonly Attack[]): void => {
  describe(row, () => {
    // Not `$name`, which is cut off after forty characters.
    test.each(attacks.map((each) => [each.name, each.code, each.attack] as const))(
      '%s is refused as %s',
      (_name, code, attack) => {
        const parent = forge();
        expect(codeOf(parent)).toBe('TRUST.VERIFIED');
        const attacked = attack(parent);
        expect(attacked).not.toBe(parent);
        expect(codeOf(attacked)).toBe(code);
      },
    );
  });
};

/** Signed by the right key, with what is not allowed: it would verify in a library that does as it is told. */
export const signedAs = (options: Forgery) => (): string => forge(options);

export const before =
  (tag: string, insert: string) =>
  (xml: string): string =>
    xml.replace(tag, `${insert}${tag}`);

export const signatureOf = (xml: string): string => /<Signature .*<\/Signature>/s.exec(xml)?.[0] ?? '';

/** What the attacker would have everybody do. */
export const hostile = config('M9');
