import type {Terminal} from './terminal.ts';

/** Something that happens to a server, told by the commands that were typed and what they answered. */
export interface Story {
  /** Base name of its page in docs/transcripts. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly tell: (terminal: Terminal) => Promise<void>;
}

export const poolFile = `id: ORG-ECP
description: Switches the Exchange admin center off.
actions:
  - type: AppPool
    description: The pool of /ecp.
    pool: MSExchangeECPAppPool
    monitoring: {services: [MSExchangeHMRecovery, MSExchangeHM], workers: [MSExchangeHMWorker.exe]}
`;
