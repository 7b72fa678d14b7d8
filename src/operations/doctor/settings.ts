import {isRefusal, type Refusal} from '../../kit/refusal.ts';
import type {Settings} from '../settings/effective.ts';
import {disabledBy} from '../settings/effective.ts';
import {bad, type Diagnosis, good, warn} from './diagnosis.ts';
import {orRefusal} from './or-refusal.ts';
import {question} from './question.ts';

type Seen = Pick<Settings, 'organization' | 'agent' | 'mitigationsEnabled'>;

export const judgeSettings = (seen: Seen | Refusal): Diagnosis => {
  const validate = {label: 'Put the line right, then check', command: 'stopgap settings validate'};
  if (isRefusal(seen)) {
    const {file, line} = seen.where;
    const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
    return bad(`${seen.message}${place} [${seen.code}]`, validate);
  }
  const {organization} = seen;
  if (organization.is === 'missing') {
    return bad(`${organization.file} cannot be had and never was (${organization.why}): nothing is enabled`, validate);
  }
  if (organization.is === 'cached') {
    return warn(`${organization.file} cannot be had (${organization.why}): the copy of ${organization.since} counts`, {
      label: 'Check the share and the account',
    });
  }
  const off = disabledBy(seen);
  const mode = `valid; mode of the agent: ${seen.agent.mode}`;
  return good(off === undefined ? mode : `${mode}; MitigationsEnabled is false for the ${off}, so it applies nothing`);
};

export const settingsQuestion = question({
  ...{id: 'settings', title: 'Settings', of: 'server'},
  look: ({settings}) => orRefusal(settings),
  judge: judgeSettings,
});
