import type {NextStep} from '../../kit/refusal.ts';

/** `unknown`: it could not be found out, which is no good news and no bad one either. */
export type Verdict = 'good' | 'warn' | 'bad' | 'unknown' | 'not-applicable';

/** The answer to one question. */
export interface Diagnosis {
  readonly verdict: Verdict;
  /** What was seen, so that a person can check it. */
  readonly evidence: string;
  /** What puts it right; empty where there is nothing to put right. */
  readonly remedy: readonly NextStep[];
}

export const good = (evidence: string): Diagnosis => ({verdict: 'good', evidence, remedy: []});

export const notApplicable = (evidence: string): Diagnosis => ({verdict: 'not-applicable', evidence, remedy: []});

export const warn = (evidence: string, ...remedy: readonly NextStep[]): Diagnosis => ({
  verdict: 'warn',
  evidence,
  remedy,
});

export const bad = (evidence: string, ...remedy: readonly NextStep[]): Diagnosis => ({
  verdict: 'bad',
  evidence,
  remedy,
});

export const unknown = (evidence: string, ...remedy: readonly NextStep[]): Diagnosis => ({
  verdict: 'unknown',
  evidence,
  remedy,
});
