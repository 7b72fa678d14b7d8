import {parseDocument} from 'yaml';
import {Refusal} from '../../kit/refusal.ts';

const usage = (message: string): Refusal =>
  new Refusal('USAGE.INVALID', message, {
    next: [{label: 'For example', command: 'stopgap settings set agent.mode window --reason "why"'}],
  });

/** The value as it would stand in the file; `undefined` takes the key away. @throws Refusal USAGE.INVALID */
export const givenValue = (text: string | undefined, remove: boolean): unknown => {
  if ((text === undefined) !== remove) throw usage('settings set needs a value, or --remove and none');
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw usage(`the value is not YAML: ${fault.message}`);
  return document.toJS();
};
