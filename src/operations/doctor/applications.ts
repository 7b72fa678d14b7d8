import {type BrokenApplication, brokenApplications} from '../broken-applications.ts';
import {bad, type Diagnosis, good} from './diagnosis.ts';
import {question} from './question.ts';

export const judgeApplications = (broken: readonly BrokenApplication[]): Diagnosis => {
  const [first] = broken;
  if (!first) return good('IIS accepts the configuration of every application');
  const each = broken.map(({configPath, file, line, reason}) => `${configPath}: ${reason} (${file}:${line})`);
  return bad(`answered 500.19 by IIS: ${each.join('; ')}`, {
    label: `Put right what stands in ${first.file}:${first.line}; a rule of another tool is taken over, and removed, by adopt and rollback`,
    command: 'stopgap status --rules',
  });
};

export const applications = question({
  ...{id: 'applications', title: 'Applications', of: 'server'},
  look: async ({configuration}) => brokenApplications(await configuration()),
  judge: judgeApplications,
});
