import {isRefusal} from '../kit/refusal.ts';
import type {Settings} from '../operations/settings/effective.ts';
import {keepOrganization} from '../operations/settings/organization.ts';
import {readSettings} from '../operations/settings/read-settings.ts';
import type {Agent} from './agent.ts';

const about = 'settings';

/** The settings that count now; `undefined`: they cannot be used, and without them nothing is fetched and nothing applied. */
export const settingsStep = async ({context, voice, mind, onFault}: Agent): Promise<Settings | undefined> => {
  const {stateDir} = context;
  let settings: Settings;
  try {
    settings = await readSettings(stateDir);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const {code, message} = error;
    mind.change({settingsProblem: {code, message}});
    await voice.tellOnce(about, message, () => ({is: 'settings-trouble', code, message, using: 'observe'}));
    return undefined;
  }
  mind.change({settingsProblem: null});
  const {organization} = settings;
  if (organization.is === 'cached' || organization.is === 'missing') {
    const using = organization.is === 'cached' ? 'copy' : 'observe';
    const message = `the settings of the organisation cannot be had: ${organization.why}`;
    const code = 'SETTINGS.ORGANIZATION_AWAY';
    await voice.tellOnce(about, `${using} ${message}`, () => ({is: 'settings-trouble', code, message, using}));
    return settings;
  }
  voice.over(about);
  if (organization.is !== 'read') return settings;
  try {
    await keepOrganization({organization}, stateDir);
  } catch (error) {
    // A full disk takes away the copy for later, and not what the organisation says now.
    onFault('keeping a copy of the settings of the organisation', error);
  }
  return settings;
};
