import {isRefusal} from '../../kit/refusal.ts';
import {readSettings} from './read-settings.ts';

/** Above what is active: settings that cannot be used keep an agent from fetching and applying anything. */
export const settingsWarning = async (stateDir: string): Promise<readonly string[]> => {
  try {
    await readSettings(stateDir);
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [
      `WARNING: The settings cannot be used, so that the agent fetches and applies nothing: ${error.message} [${error.code}]`,
    ];
  }
};
