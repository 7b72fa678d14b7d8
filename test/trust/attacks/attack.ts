import {expect, test} from 'vitest';
import type {TrustCode} from '../../../src/trust/reject.ts';
import {codeOf, forge} from '../../support/forge-feed.ts';

export interface Attack {
  /** Reads like a row of a catalogue of attacks. */
  readonly name: string;
  readonly code: TrustCode;
  /** The attacked document, made of a genuine one. */
  readonly attack: (genuine: string) => string;
}

/** Each case first shows that the document it starts from is accepted, so that the reason cannot be another one. */
export const testAttacks = (attacks: readonly Attack[], genuine: () => string = () => forge()): void => {
  test.each(attacks)('$name is refused as $code', ({attack, code}) => {
    const parent = genuine();
    expect(codeOf(parent)).toBe('TRUST.VERIFIED');
    const attacked = attack(parent);
    expect(attacked).not.toBe(parent);
    expect(codeOf(attacked)).toBe(code);
  });
};
