import {existsSync} from 'node:fs';
import {rm, writeFile} from 'node:fs/promises';
import {execa} from 'execa';
import {shellWord} from '../kit/shell-word.ts';
import {type AgentHost, type AgentProgram, agentNotInstalled, type HostStep} from './agent-host.ts';

/* The agent of a simulated server as a unit of systemd, for trials on Linux. */

const unit = 'stopgap.service';
const file = `/etc/systemd/system/${unit}`;

/** systemd reads quotes and backslashes as C does, and `%` as the beginning of a specifier. */
const unitWord = (word: string): string => `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;

/** Behind the program, `$` is the beginning of a variable. */
const unitArgument = (word: string): string => unitWord(word.replaceAll('$', '$$$$'));

export const unitText = ({program, args}: AgentProgram): string => `[Unit]
Description=stopgap agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${[unitWord(program), ...args.map(unitArgument)].join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=60
# The agent may be in the middle of a step, which it ends first.
TimeoutStopSec=300

[Install]
WantedBy=multi-user.target
`;

const systemctl = (...args: readonly string[]) => ({do: 'run', program: 'systemctl', args}) as const;

/** systemctl: there is no such unit. */
const missing = {5: agentNotInstalled('systemd unit')};

export const agentUnit: AgentHost = {
  // A trial runs whatever the person who installs it has.
  checkProgram: async () => undefined,
  name: `the systemd unit ${unit}`,
  install: (program) => [
    {do: 'write', file, encoding: 'utf8', text: unitText(program)},
    systemctl('daemon-reload'),
    systemctl('enable', unit),
  ],
  uninstall: [
    {...systemctl('disable', '--now', unit), refuse: {1: missing[5], ...missing}},
    {do: 'remove', file},
    systemctl('daemon-reload'),
  ],
  start: [{...systemctl('start', unit), refuse: missing}],
  stop: [{...systemctl('stop', unit), refuse: missing}],
  show: (step: HostStep) => {
    if (step.do === 'write') return `write ${step.file}:\n${step.text.trimEnd().replaceAll(/^/gm, '  ')}`;
    return step.do === 'remove' ? `rm ${step.file}` : [step.program, ...step.args].map(shellWord).join(' ');
  },
  run: async (program, args) => {
    const {exitCode, all} = await execa(program, args, {reject: false, all: true, stdin: 'ignore', timeout: 120_000});
    return {exitCode: exitCode ?? 1, output: all};
  },
  write: (path, text, encoding) => writeFile(path, text, encoding),
  remove: (path) => rm(path, {force: true}),
};

/** Whether systemd runs this machine (sd_booted(3)). */
export const hasSystemd = (): boolean => existsSync('/run/systemd/system');
