import {isRefusal} from '../../kit/refusal.ts';
import {type Diagnosis, notApplicable, unknown, type Verdict} from './diagnosis.ts';
import type {Patient} from './patient.ts';

/** What is looked at, and what follows from it: the second knows nothing of the world, so that a table can test it. */
export interface Question<S> {
  /** Stable, for programs: `url-rewrite`. */
  readonly id: string;
  readonly title: string;
  /**
   * `server`: what is asked of the server itself. `programs`: of programs that a copy has not. `here`: of the machine that stopgap
   * runs on, which for a copy is another one. `network`: of the network, from here.
   */
  readonly of: 'server' | 'programs' | 'here' | 'network';
  readonly look: (patient: Patient) => Promise<S>;
  readonly judge: (seen: S) => Diagnosis;
}

/** One line of the examination. */
export interface Examined extends Diagnosis {
  readonly id: string;
  readonly title: string;
}

export interface AnyQuestion {
  readonly id: string;
  readonly title: string;
  readonly examine: (patient: Patient) => Promise<Diagnosis>;
}

const notAsked = (of: Question<unknown>['of'], {reader, offline}: Patient): Diagnosis | undefined => {
  if (of === 'programs' && reader.kind === 'snapshot')
    return notApplicable('a snapshot is a copy of files: it has no programs');
  if ((of === 'here' || of === 'network') && reader.kind === 'snapshot')
    return notApplicable('this machine is not the server that the snapshot was taken of');
  if (of === 'network' && offline) return unknown('not asked (--offline)');
  return undefined;
};

/** Who examines goes on whatever is found: what could not be looked at is an answer too. */
const asDiagnosis = (error: unknown): Diagnosis => {
  if (isRefusal(error)) return unknown(`${error.message} [${error.code}]`, ...error.next);
  // The operating system's words (EACCES, EIO) are worth more than none; anything else is a bug and stays one.
  if (error instanceof Error && 'syscall' in error) return unknown(error.message);
  throw error;
};

export const question = <S>({id, title, of, look, judge}: Question<S>): AnyQuestion => ({
  id,
  title,
  examine: async (patient) => {
    const answer = notAsked(of, patient);
    if (answer) return answer;
    try {
      return judge(await look(patient));
    } catch (error) {
      return asDiagnosis(error);
    }
  },
});

export const examine = async (questions: readonly AnyQuestion[], patient: Patient): Promise<readonly Examined[]> => {
  const examined: Examined[] = [];
  for (const {id, title, examine: ask} of questions) examined.push({id, title, ...(await ask(patient))});
  return examined;
};

export const countOf = (examined: readonly Examined[], wanted: Verdict): number =>
  examined.filter(({verdict}) => verdict === wanted).length;
