import {unreachable} from '../../kit/unreachable.ts';
import type {Waiting} from './waiting.ts';

/** What a plan waits for: the rest of a sentence that begins with "It waits". */
export const waitingText = (waiting: Waiting): string => {
  switch (waiting.for) {
    case 'person':
      return {
        observe: 'for a person: the mode is observe, so the agent looks and reports and never acts',
        signal:
          'for a person: the feed only says that the mitigation exists, the plan is of the catalogue of this server',
        'local-catalogue': 'for a person: no signed feed brings it now',
      }[waiting.because];
    case 'approval':
      return `for approval: it has ${waiting.have} of ${waiting.need}`;
    case 'window':
      return waiting.opens === null
        ? 'for a change window: none is going to open'
        : `for the change window that opens at ${waiting.opens}`;
    case 'enabled':
      return `because MitigationsEnabled is false for ${waiting.by === 'organization' ? 'the organization' : 'this server'}`;
    case 'one-writer':
      return 'because the EM service of Exchange runs here and would write the same';
    case 'order':
      return waiting.because === 'interrupted'
        ? `until run ${waiting.run}, which was interrupted, is put in order`
        : `until a person has put run ${waiting.run} in order: it failed and could not be taken back`;
    case 'confirm':
      return `until run ${waiting.run} is confirmed or taken back: there is one change at a time`;
    case 'server':
      return waiting.because === 'maintenance-mode'
        ? `until the server leaves maintenance mode (${waiting.evidence})`
        : `until Exchange setup has ended (${waiting.evidence})`;
    default:
      return unreachable(waiting);
  }
};
