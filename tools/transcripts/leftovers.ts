import {existsSync} from 'node:fs';
import {copyFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Story} from './story.ts';
import {projectPath} from './terminal.ts';

/** Configuration files of real servers, which belong to others and are no part of the project. */
const real = projectPath('../shared/real');
export const haveRealFiles = existsSync(real);

const server = '--server sandbox:lab';
const config = 'lab/C/inetpub/wwwroot/web.config';

export const leftovers: Story = {
  name: 'leftovers',
  title: 'What EEMS, EOMT and a person left behind',
  about: 'A web.config with three rules of others, on a server whose build has the fix since long.',
  tell: async (terminal) => {
    const {folder} = terminal;
    await terminal.stopgap(`sandbox create lab --from ${join(real, 'exchange2019')} --build 15.2.1118.21`, {
      silent: true,
    });
    await copyFile(join(real, 'configs/wwwroot.with-EEMS-M1.1.config'), join(folder, config));
    await copyFile(join(folder, config), join(folder, 'web.config.before'));
    await terminal.stopgap(`reconcile ${server}`);
    await terminal.stopgap(`adopt ${server}`);
    await terminal.run('cmp', ['web.config.before', config]);
    await terminal.stopgap(`reconcile ${server} -o next.json`, {upTo: 'Plan that'});
    await terminal.stopgap(`apply next.json --now --reason CHG-4711 ${server}`);
    await terminal.run('grep', ['-c', '<rule ', config]);
    terminal.say('And back, byte for byte:');
    await terminal.stopgap(`rollback ${server}`);
    await terminal.run('cmp', ['web.config.before', config]);
  },
};
