import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {largeConfiguration} from './large-configuration.ts';

/*
 * One rule into a location of an applicationHost.config of 10,000 sites: a whole dry run of stopgap against the bare
 * insertion by the usual tools, wall time and peak memory, interleaved in one run. xmlstarlet rewrites every line of the
 * file on the way, stopgap none.
 */

const runs = Number(process.env['BENCH_RUNS'] ?? 5);
const sites = 10_000;
const augtoolLimitMs = 60_000;
const gnuTime = '/usr/bin/time';
const program = join(import.meta.dirname, '../dist/stopgap.mjs');

const catalogueFile = `id: X1
description: Cuts off requests that hold two words.
actions:
  - type: UrlRewrite
    scope: VDir
    target: Site 5000/owa
    description: An inbound rule.
    value: |
      <rewrite><rules><rule name="stopgap X1.1 words - inbound" stopProcessing="true">
        <match url=".*" />
        <conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)" /></conditions>
        <action type="AbortRequest" />
      </rule></rules></rewrite>
rollback: Take the rule away.
`;

const group = '/configuration/location[@path="Site 5000/owa"]/system.webServer';
const element = (parent: string, name: string): readonly string[] => ['-s', parent, '-t', 'elem', '-n', name, '-v', ''];
const attribute = (parent: string, name: string, value: string): readonly string[] => [
  ...['-s', parent, '-t', 'attr', '-n', name, '-v', value],
];

/** The fastest form that was found: one call, and every further node found through the one before it. */
const xmlstarlet = (file: string): readonly string[] => [
  ...[
    'xmlstarlet',
    'ed',
    '-P',
    ...element(group, 'rewrite'),
    ...element('$prev', 'rules'),
    ...element('$prev', 'rule'),
  ],
  ...['--var', 'r', '$prev', ...attribute('$r', 'name', 'stopgap X1.1 words - inbound')],
  ...attribute('$r', 'stopProcessing', 'true'),
  ...[...element('$r', 'match'), ...attribute('$prev', 'url', '.*'), ...element('$r', 'conditions')],
  ...[...element('$prev', 'add'), '--var', 'a', '$prev', ...attribute('$a', 'input', '{UrlDecode:{REQUEST_URI}}')],
  ...attribute('$a', 'pattern', '(?=.*autodiscover)(?=.*powershell)'),
  ...[...element('$r', 'action'), ...attribute('$prev', 'type', 'AbortRequest'), file],
];

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

const measure = (command: readonly string[], limitMs: number, input = ''): Measured | string => {
  const started = performance.now();
  // timeout(1) stands next to the program: to kill time(1) from here would leave the program running.
  const limited = ['timeout', '--signal=KILL', String(limitMs / 1000), ...command];
  const {stderr, status} = spawnSync(gnuTime, ['-f', 'peak %M', ...limited], {
    stdio: ['pipe', openSync('/dev/null', 'w'), 'pipe'],
    input,
    encoding: 'utf8',
  });
  if (performance.now() - started > limitMs) return `not finished after ${limitMs / 1000} s`;
  const peak = /peak (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || peak === undefined) return stderr.split('\n')[0] ?? 'failed';
  return {seconds: (performance.now() - started) / 1000, megabytes: Number(peak) / 1024};
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const medianOf = (all: readonly Measured[]): Measured => ({
  seconds: median(all.map(({seconds}) => seconds)),
  megabytes: median(all.map(({megabytes}) => megabytes)),
});

const line = (name: string, {seconds, megabytes}: Measured, base?: Measured): string => {
  const ratio = base
    ? `  ${(seconds / base.seconds).toFixed(2)} x time, ${(megabytes / base.megabytes).toFixed(2)} x memory`
    : '';
  return `${name.padEnd(44)} ${seconds.toFixed(2).padStart(6)} s  ${megabytes.toFixed(0).padStart(5)} MB${ratio}`;
};

const prepare = (folder: string): {readonly file: string; readonly plan: readonly string[]} => {
  const config = join(folder, 'C/Windows/System32/inetsrv/config');
  mkdirSync(config, {recursive: true});
  const file = join(config, 'applicationHost.config');
  writeFileSync(file, largeConfiguration(sites));
  const server = {formatVersion: 1, hostName: 'BENCH', exchange: null, urlRewrite: '7.1.1993.2351'};
  writeFileSync(join(folder, 'server.json'), JSON.stringify(server));
  const mitigation = join(folder, 'X1.yaml');
  writeFileSync(mitigation, catalogueFile);
  const plan = [process.execPath, program, 'plan', mitigation, '--place', 'apphost', '--server', `sandbox:${folder}`];
  return {file, plan};
};

/** It reads no byte order mark, so it gets a copy without one. */
const augtool = (file: string): Measured | string => {
  const copy = `${file}.without-mark`;
  writeFileSync(copy, largeConfiguration(sites).slice(1));
  const rule = `/files${copy}/configuration/location[5000]/system.webServer/rewrite/rules/rule`;
  const script = [
    'set /augeas/load/Xml/lens Xml.lns',
    `set /augeas/load/Xml/incl ${copy}`,
    'load',
    `set ${rule}/#attribute/name X1`,
    `set ${rule}/match/#attribute/url .*`,
    'save',
  ].join('\n');
  return measure(['augtool', '--noautoload', '--noload'], augtoolLimitMs, `${script}\n`);
};

const found = (tool: string): boolean => spawnSync('which', [tool]).status === 0;

/** Prints the table. The bundle must have been built. */
export const benchLargePlan = (): void => {
  if (!existsSync(gnuTime) || !found('xmlstarlet')) {
    console.log(`SKIPPED plan on ${sites} sites: it needs xmlstarlet and ${gnuTime}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'stopgap-bench-'));
  try {
    const {file, plan} = prepare(folder);
    const tools = {stopgap: plan, xmlstarlet: xmlstarlet(file)};
    const measured: Record<keyof typeof tools, Measured[]> = {stopgap: [], xmlstarlet: []};
    for (let count = 0; count < runs; count++) {
      for (const tool of ['stopgap', 'xmlstarlet'] as const) {
        const one = measure(tools[tool], 120_000);
        if (typeof one === 'string') throw new Error(`${tool}: ${one}`);
        measured[tool].push(one);
      }
    }
    const base = medianOf(measured.xmlstarlet);
    console.log(`\nOne rule on ${sites} sites, median of ${runs} interleaved runs each`);
    console.log(line('xmlstarlet ed, one chained call', base));
    console.log(line('stopgap plan, whole dry run', medianOf(measured.stopgap), base));
    const other = found('augtool') ? augtool(file) : 'not installed';
    console.log(typeof other === 'string' ? `augtool: ${other}` : line('augtool', other, base));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

if (process.argv[1] === import.meta.filename) benchLargePlan();
