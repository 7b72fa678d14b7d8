import {bad, type Diagnosis, good} from './diagnosis.ts';
import {question} from './question.ts';

export const judgeElevation = (elevated: boolean): Diagnosis =>
  elevated
    ? good('runs as an administrator')
    : bad('does not run as an administrator: nothing can be applied, and keys and backups cannot be read', {
        label: 'Start the console with "Run as administrator"; the agent runs as SYSTEM',
      });

export const elevation = question({
  ...{id: 'elevation', title: 'Elevation', of: 'server'},
  look: async ({facts}) => (await facts()).elevated,
  judge: judgeElevation,
});
