import {cp, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {canonicalJson} from '../../src/kit/canonical-json.ts';
import {readDescription} from '../../src/server/sandbox/description.ts';
import {poolFile, type Story} from './story.ts';
import {projectPath, type Terminal} from './terminal.ts';

const server = '--server sandbox:lab';
const trust = '--profile ca/profile.yaml';
const hostFile = 'C/Windows/System32/inetsrv/config/applicationHost.config';

/** A server whose pool says autoStart="true" in so many words: appcmd has no way to take an attribute away again. */
const makeTree = async (folder: string): Promise<void> => {
  await cp(projectPath('fixtures/iis/servers/exchange2019-cu12'), join(folder, 'tree'), {recursive: true});
  const host = join(folder, 'tree', hostFile);
  const text = await readFile(host, 'utf8');
  const pool = '<add name="MSExchangeECPAppPool"';
  await writeFile(host, text.replace(pool, `${pool} autoStart="true"`));
};

/** A security update changes files of Exchange, and so its build; no configuration. */
const securityUpdate = async (terminal: Terminal, build: string): Promise<void> => {
  const lab = join(terminal.folder, 'lab');
  const {exchange, ...rest} = readDescription(lab);
  const updated = {...rest, exchange: {role: 'mailbox' as const, ...exchange, build, buildSource: 'server.json'}};
  await writeFile(join(lab, 'server.json'), canonicalJson(updated));
  terminal.say(`A security update brings the server to build ${build}.`);
};

const reconcile = async (terminal: Terminal): Promise<void> => {
  await terminal.stopgap(`reconcile ${server} ${trust} -o next.json`, {upTo: 'Plan that'});
};

const tell = async (terminal: Terminal, variant: {readonly heading: string; readonly drop: string}): Promise<void> => {
  const {heading, drop} = variant;
  terminal.heading(heading);
  await terminal.stopgap('sandbox create lab --from tree');
  await terminal.stopgap(`plan M1 M2 signed.xml ${server} ${trust} -o plan.json`, {last: 5});
  await terminal.stopgap(`apply plan.json --now --reason CHG-4711 ${server} ${trust}`);
  terminal.say('Months later, a cumulative update. M1 is fixed in it; M2 is not.');
  await terminal.stopgap(`sandbox cu lab --build 15.2.1544.9${drop}`, {upTo: '  C:\\Program Files'});
  await reconcile(terminal);
  await terminal.stopgap(`apply next.json --now --reason CHG-4800 ${server} ${trust}`);
  await securityUpdate(terminal, '15.2.1544.41');
  await reconcile(terminal);
  await securityUpdate(terminal, '15.2.1544.43');
  await reconcile(terminal);
  await terminal.stopgap(`apply next.json --now --reason CHG-4900 ${server} ${trust}`);
  terminal.say('The pool of the organisation has no fix that anybody knows: it goes when somebody says so.');
  await terminal.stopgap(`rollback --all --reason CHG-4901 ${server}`);
  terminal.say('A server of the same updates that never had any of it is the same, file by file:');
  await terminal.stopgap('sandbox create other --from tree');
  await terminal.stopgap(`sandbox cu other --build 15.2.1544.9${drop}`, {upTo: '  C:\\Program Files'});
  await terminal.run('diff', ['-r', 'other/C', 'lab/C']);
  await Promise.all(['lab', 'other'].map((name) => rm(join(terminal.folder, name), {recursive: true})));
};

export const monthsLater: Story = {
  name: 'months-later',
  title: 'Months later: a cumulative update, a fix, and a fix that does not suffice',
  about:
    "M1 for the whole site, M2 in applicationHost.config, and a pool that a signed feed of the organisation's own switches off.",
  tell: async (terminal) => {
    await makeTree(terminal.folder);
    await writeFile(join(terminal.folder, 'ORG-ECP.yaml'), poolFile);
    terminal.heading("The organisation's feed");
    await terminal.stopgap('feed make-test-ca ca');
    await terminal.stopgap('feed build ORG-ECP.yaml --serial 1 -o feed.xml');
    await terminal.stopgap('feed sign feed.xml --key ca/signer.key.pem --chain ca/signer.pem -o signed.xml');
    await tell(terminal, {heading: 'An update that keeps applicationHost.config', drop: ''});
    await tell(terminal, {heading: "An update that puts Exchange's locations back", drop: ' --drop-locations'});
  },
};
