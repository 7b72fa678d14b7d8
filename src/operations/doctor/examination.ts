import {type Connectivity, connectivityOf} from './connectivity.ts';
import type {Verdict} from './diagnosis.ts';
import {type PatientOptions, patientOf} from './patient.ts';
import {countOf, type Examined, examine} from './question.ts';
import {questions} from './questions.ts';

export interface Examination {
  readonly hostName: string;
  readonly server: string;
  readonly checks: readonly Examined[];
  /** null: no endpoint was asked. */
  readonly connectivity: Connectivity | null;
  readonly counts: Readonly<Record<Verdict, number>>;
}

/** Asks everything that stopgap needs of a server. Reads only. */
export const examineServer = async (options: PatientOptions): Promise<Examination> => {
  const patient = patientOf(options);
  const checks = await examine(questions, patient);
  return {
    hostName: (await patient.facts()).hostName,
    server: options.reader.name,
    checks,
    connectivity: connectivityOf(checks) ?? null,
    counts: {
      good: countOf(checks, 'good'),
      warn: countOf(checks, 'warn'),
      bad: countOf(checks, 'bad'),
      unknown: countOf(checks, 'unknown'),
      'not-applicable': countOf(checks, 'not-applicable'),
    },
  };
};
