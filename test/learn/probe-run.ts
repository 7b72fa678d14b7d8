import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {main as appcmd} from '../../src/server/sandbox/appcmd/main.ts';
import {type Program, sandboxVariable} from '../../src/server/sandbox/program.ts';
import {main as sc} from '../../src/server/sandbox/sc/main.ts';
import type {ServerJson, SimulatedBehaviour} from '../../src/server/server-json.ts';
import {fixture, makeLab} from '../support/lab.ts';
import {argvOf} from '../windows/c-runtime-argv.ts';
import {probeCommands, probeWebConfig} from './probe-script.ts';

/* What docs/probe.ps1 would write on a server that behaves so: its own table of commands, asked of the simulator. */

const programs = {appcmd, sc} as const;

interface Answer {
  readonly exitCode: number;
  readonly output: string;
}

const ask = async (program: Program, dir: string, args: string): Promise<Answer> => {
  const output: Uint8Array[] = [];
  const exitCode = await program(argvOf(`program ${args}`).slice(1), {
    stdout: (text) => output.push(Buffer.from(text)),
    stderr: () => undefined,
    env: {[sandboxVariable]: dir},
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return {exitCode, output: Buffer.concat(output).toString('base64')};
};

const behave = (dir: string, behaviour: Partial<SimulatedBehaviour>): void => {
  const file = join(dir, 'server.json');
  const description: ServerJson = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({...description, behaviour: {...description.behaviour, ...behaviour}}));
};

const setUp = [
  'add apppool /name:stopgap-probe',
  'add site /name:stopgap-probe /bindings:http/127.0.0.1:18099: /physicalPath:C:\\stopgap-probe',
  'set app "stopgap-probe/" /applicationPool:stopgap-probe',
];

export const runProbe = async (behaviour: Partial<SimulatedBehaviour>, from = 'exchange2019-cu12'): Promise<string> => {
  const lab = await makeLab(fixture(from));
  const folder = join(lab.dir, 'C', 'stopgap-probe');
  mkdirSync(folder);
  writeFileSync(join(folder, 'web.config'), probeWebConfig());
  const copy = 'C:\\stopgap-probe\\applicationHost.copy.config';
  const hostConfig = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
  for (const args of setUp) await ask(appcmd, lab.dir, args);
  behave(lab.dir, behaviour);
  await lab.write(copy, await lab.read(hostConfig));
  const uncopied = await lab.read(copy);
  const steps = [];
  for (const {name, tool, args} of probeCommands()) {
    const line = args.replaceAll('%COPY%', copy);
    const answer = await ask(programs[tool], lab.dir, line);
    const webConfig = readFileSync(join(folder, 'web.config')).toString('base64');
    steps.push({name, tool: `${tool}.exe`, arguments: line, ...answer, webConfig});
  }
  return JSON.stringify({
    formatVersion: 1,
    at: '2026-11-21T12:00:00Z',
    windows: '10.0.17763.0',
    appcmd: '10.0.17763.1',
    urlRewrite: '7.1.1993.2351',
    culture: 'en-US',
    oemCodePage: 437,
    restored: true,
    copyChanged: (await lab.read(copy)) !== uncopied,
    steps,
  });
};
