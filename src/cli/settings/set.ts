import {escapeLine} from '../../kit/escape-control.ts';
import {defineCommand} from '../command.ts';
import {organizationOption, reasonOption} from '../shared-options.ts';

/** Changes one setting: checked first, written down with who and why, comments of the file kept. */
export const settingsSetCommand = defineCommand({
  name: 'settings set <key> [value]',
  describe: 'Change one setting, as YAML: agent.mode window, mitigationsEnabled false',
  builder: (yargs) =>
    yargs
      .positional('key', {type: 'string', demandOption: true, describe: 'agent.mode, approvals, agent.modes.M1'})
      .positional('value', {type: 'string', describe: 'The value, as it would stand in the file'})
      .option('remove', {type: 'boolean', default: false, describe: 'Take the key away, so that its default counts'})
      .option('organization', organizationOption)
      .option('reason', reasonOption),
  run: async (args, io) => {
    const {openServer, stateDirOf} = await import('../open-server.ts');
    const {changeSettings} = await import('../../operations/settings/change-settings.ts');
    const {readSettings} = await import('../../operations/settings/read-settings.ts');
    const {meaningOf} = await import('../../operations/settings/rows.ts');
    const {account} = await import('../account.ts');
    const {key, remove, reason} = args;
    const {givenValue} = await import('./given-value.ts');
    const value = givenValue(args.value, remove);
    const what = remove ? 'remove' : 'set';
    const level = args.organization ? 'organization' : 'server';
    const stateDir = stateDirOf(args, io);
    const change = {what, key, level, change: () => value} as const;
    const changed = await changeSettings(await openServer(args, io), change, {stateDir, by: account(), reason});
    const {file, before, after} = changed;
    const {redact} = await import('../../kit/redact.ts');
    const told = (text: string | null): string => escapeLine(redact(text ?? 'not there'));
    const sentence =
      before === after
        ? `${escapeLine(key)} ${before === null ? 'is not there, nothing to remove' : `is ${told(before)} already`} (${escapeLine(file)})`
        : `${escapeLine(key)}: ${told(before)} → ${told(after)} (${escapeLine(file)})`;
    return {
      code: before === after ? 'SETTINGS.UNCHANGED' : 'SETTINGS.CHANGED',
      exitCode: 0,
      data: {key, file, before: before && redact(before), after: after && redact(after)},
      text: `${sentence}\n${meaningOf(await readSettings(stateDir))}`,
    };
  },
});
