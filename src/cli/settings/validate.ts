import {escapeLine} from '../../kit/escape-control.ts';
import {defineCommand} from '../command.ts';

/** Whether files of settings can be used; a fault is told with file, line and reason. Reads only. */
export const settingsValidateCommand = defineCommand({
  name: 'settings validate [file]',
  describe: 'Check the settings of a server, or a file before it becomes them',
  builder: (yargs) =>
    yargs
      .positional('file', {type: 'string', describe: "A file; the server's own and the organisation's by default"})
      .option('organization', {type: 'boolean', default: false, describe: 'The file is for the organisation'}),
  run: async (args, io) => {
    const {resolve} = await import('node:path');
    const {readFile} = await import('node:fs/promises');
    const {parseServerSettings, readWrittenSettings, settingsFile} = await import(
      '../../operations/settings/read-settings.ts'
    );
    const {readOrganizationFile} = await import('../../operations/settings/organization.ts');
    if (args.file !== undefined) {
      const file = resolve(io.cwd, args.file);
      if (args.organization) await readOrganizationFile(file);
      else parseServerSettings(file, await readFile(file, 'utf8'));
      return {code: 'SETTINGS.VALID', exitCode: 0, data: {files: [file]}, text: `${escapeLine(args.file)} is valid`};
    }
    const {stateDirOf} = await import('../open-server.ts');
    const stateDir = stateDirOf(args, io);
    const {server} = await readWrittenSettings(stateDir);
    const files = [settingsFile(stateDir)];
    if (server.organization) {
      await readOrganizationFile(server.organization.file);
      files.push(server.organization.file);
    }
    const text = files.map((file) => `${escapeLine(file)} is valid`).join('\n');
    return {code: 'SETTINGS.VALID', exitCode: 0, data: {files}, text};
  },
});
