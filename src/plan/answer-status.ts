import type {Answer} from '../rewrite/trace.ts';
import type {DeclaredAnswer} from './model.ts';

/** What a client sees of an answer that a rule gives; `undefined`: no rule decides it. */
export const statusOf = (answer: Answer): DeclaredAnswer['status'] | undefined => {
  switch (answer.kind) {
    case 'aborted':
      return 'reset';
    case 'redirected':
    case 'custom-response':
      return answer.status;
    case 'passed':
    case 'error':
      return undefined;
  }
};
