import type {SetupBlocker} from '../../server/server.ts';
import {bad, type Diagnosis, good, warn} from './diagnosis.ts';
import {question} from './question.ts';

export interface SetupSeen {
  readonly blockers: readonly SetupBlocker[];
  /** The evidence of maintenance mode. */
  readonly maintenance: string | undefined;
}

export const judgeSetup = ({blockers, maintenance}: SetupSeen): Diagnosis => {
  if (blockers.length > 0) {
    const evidence = blockers.map((blocker) => `${blocker.evidence} [${blocker.code}]`).join('; ');
    return bad(`nothing may be changed now: ${evidence}`, {
      label:
        'Let the setup of Exchange or Windows end, or run it again where it failed; restart the server if it asks for it',
    });
  }
  return maintenance === undefined
    ? good('no setup runs or has failed, no restart is pending, no maintenance mode')
    : warn(`in maintenance mode (${maintenance}): the agent waits`, {
        label: 'Take the server out of maintenance mode when it is ready',
      });
};

export const setup = question({
  ...{id: 'setup', title: 'Setup, maintenance', of: 'server'},
  look: async ({reader, facts}) => ({
    blockers: (await facts()).setupBlockers,
    maintenance: await reader.maintenanceMode?.(),
  }),
  judge: judgeSetup,
});
