import {execFileSync} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {advanceClock} from '../../src/server/sandbox/runtime.ts';
import {poolFile, type Story} from './story.ts';
import {projectPath, type Terminal} from './terminal.ts';

const server = '--server sandbox:lab';
const apply = `apply plan.json --now --reason CHG-4711 --confirm-within 1m ${server}`;

const watchdogOf = (folder: string): number => {
  const list = execFileSync('ps', ['-eo', 'pid,args'], {encoding: 'utf8'}).split('\n');
  const line = list.find((text) => text.includes('watch-confirms') && text.includes(folder));
  return Number(line?.trim().split(' ')[0]);
};

const gone = async (pid: number): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await pause(100);
  }
  throw new Error(`process ${pid} does not end`);
};

/** The simulated server's own time; nobody has to wait for it. */
const passMinute = ({folder}: Terminal): void => advanceClock(join(folder, 'lab'), new Date(), 61_000);

const applyAndKill = async (terminal: Terminal): Promise<number> => {
  await terminal.stopgap(`plan M1 M2 ORG-ECP.yaml ${server} -o plan.json`, {last: 2});
  const applying = await terminal.start(apply, 'is taken back unless');
  const watchdog = watchdogOf(terminal.folder);
  applying.removeAllListeners('exit');
  const ended = new Promise((resolve) => applying.once('exit', resolve));
  applying.kill('SIGKILL');
  await ended;
  terminal.typed('kill -9 $APPLY');
  return watchdog;
};

export const nobodyConfirms: Story = {
  name: 'nobody-confirms',
  title: 'A change that nobody confirms, and a process that is killed',
  about:
    'M1, M2 and a pool of the organisation, applied with `--confirm-within 1m`; then the process that waits for the confirm is killed.',
  tell: async (terminal) => {
    const {folder} = terminal;
    await writeFile(join(folder, 'ORG-ECP.yaml'), poolFile);
    const tree = projectPath('fixtures/iis/servers/exchange2019-cu12');
    await terminal.stopgap(`sandbox create lab --from ${tree}`, {silent: true});

    terminal.heading('The watchdog takes it back');
    const watchdog = await applyAndKill(terminal);
    await terminal.stopgap(`status ${server}`);
    passMinute(terminal);
    await gone(watchdog);
    terminal.say('A minute later:');
    await terminal.stopgap(`status ${server}`);

    terminal.heading('The watchdog is killed, too');
    const second = await applyAndKill(terminal);
    process.kill(second, 'SIGKILL');
    await gone(second);
    terminal.typed('kill -9 $WATCHDOG');
    passMinute(terminal);
    terminal.say('A minute later nobody is there to act. `status` only reads: it says so, and touches nothing.');
    await terminal.run('cp', ['-r', 'lab/C', 'C-before-status']);
    await terminal.stopgap(`status ${server}`);
    await terminal.run('diff', ['-r', 'C-before-status', 'lab/C']);
    await terminal.stopgap(`recover ${server}`);
    await terminal.stopgap(`status ${server}`);

    terminal.heading('The server is restarted instead');
    const third = await applyAndKill(terminal);
    process.kill(third, 'SIGKILL');
    await gone(third);
    terminal.typed('kill -9 $WATCHDOG');
    await terminal.stopgap('sandbox reboot lab');
    await settled(terminal);
    terminal.say(
      'The restart took three minutes. The task that the run had registered for the next start of the server has acted:',
    );
    await terminal.stopgap(`status ${server}`);
  },
};

/** Until the process that the restart started has done its work. */
const settled = async ({folder}: Terminal): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    await pause(200);
    if (Number.isNaN(watchdogOf(folder))) return;
  }
  throw new Error('the task at start-up does not end');
};
