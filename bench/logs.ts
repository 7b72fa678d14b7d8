import {spawnSync} from 'node:child_process';
import {closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, symlinkSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {build} from 'esbuild';
import type {ImpactReport} from '../src/operations/impact-report.ts';

/*
 * How fast a log is replayed against M1, with its real semantics, beside programs that only search for its words. All of
 * them read the same file in the same minute, one after the other and again: bytes per second say more about the machine
 * than about stopgap, ratios do not. The counts must be those of the generator.
 */

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/stopgap.mjs');
const fixture = join(root, 'fixtures/iis/servers/exchange2019-cu12');

const header =
  '#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2022-10-01 00:00:02\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n';

/** Ordinary traffic: 4 % of the lines hold one of the two words, 8 % the other one, a fifth an encoded @. */
const ordinary: readonly string[] = [
  ...Array.from(
    {length: 6},
    () => 'POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=jane%40mail.example&DeviceId=A1B2',
  ),
  ...Array.from({length: 6}, () => 'POST /mapi/emsmdb/ MailboxId=6d6a2c8e-0000-4000@mail.example'),
  ...Array.from({length: 6}, () => 'GET /owa/service.svc action=FindItem&app=Mail'),
  ...Array.from({length: 4}, () => 'POST /EWS/Exchange.asmx -'),
  ...Array.from({length: 2}, () => 'POST /autodiscover/autodiscover.xml -'),
  'POST /PowerShell/ PSVersion=5.1.17763.1&x=1',
];
/** Scanners send the same again and again, or another address each time. */
const attacks: readonly string[] = [
  'GET /autodiscover/autodiscover.json @evil.example/PowerShell',
  'POST /AutoDiscover/autodiscover.json a#@b.example/&Protocol=%50owershell',
  'GET /powershell/ X-Rps-CAT=AAAA&Email=autodiscover/autodiscover.json',
];
const both = 'GET /owa/ q=powershell+autodiscover';

const eachNth = {attack: 10_000, both: 100_000} as const;

interface Generated {
  readonly lines: number;
  readonly bytes: number;
  readonly attacks: number;
  readonly both: number;
}

const lineOf = (index: number): {readonly request: string; readonly kind: 'ordinary' | 'attack' | 'both'} => {
  if (index % eachNth.attack === 77)
    return {request: attacks[index % attacks.length]?.replace('#', String(index)) ?? '', kind: 'attack'};
  if (index % eachNth.both === 78) return {request: both, kind: 'both'};
  return {request: ordinary[(index * 7) % ordinary.length] ?? '', kind: 'ordinary'};
};

const two = (value: number): string => String(value).padStart(2, '0');

/** A log of that many lines, about 134 bytes each. */
export const generateLog = (path: string, lines: number): Generated => {
  const file = openSync(path, 'w');
  const count = {attack: 0, both: 0, ordinary: 0};
  let text = header;
  for (let index = 0; index < lines; index++) {
    const {request, kind} = lineOf(index);
    count[kind]++;
    const second = Math.floor((index / lines) * 86_400);
    const time = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
    text += `2022-10-01 ${time} 10.0.0.1 ${request} 443 - 10.1.${index % 250}.${index % 7} Outlook/16.0+(Win) - 200 0 0 ${index % 97}\r\n`;
    if (text.length > 1_000_000) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
  return {lines, bytes: statSync(path).size, attacks: count.attack, both: count.both};
};

interface Run {
  readonly ms: number;
  readonly stdout: string;
}

const run = (file: string, args: readonly string[]): Run => {
  const start = process.hrtime.bigint();
  const {stdout} = spawnSync(file, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], cwd: root});
  return {ms: Number(process.hrtime.bigint() - start) / 1e6, stdout};
};

/** The child compiled as a release is, so that its threads start as those of a release do. */
const compileChild = async (folder: string): Promise<string> => {
  await build({
    absWorkingDir: root,
    entryPoints: [
      {in: 'bench/replay-child.ts', out: 'replay-child'},
      {in: 'src/operations/replay/worker.ts', out: 'impact-worker'},
    ],
    outdir: join(folder, 'dist'),
    outExtension: {'.js': '.mjs'},
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    banner: {
      js: `import {createRequire as stopgapCreateRequire} from 'node:module';const require=stopgapCreateRequire(import.meta.url);`,
    },
  });
  // The catalogue is looked for beside dist/.
  symlinkSync(join(root, 'plans'), join(folder, 'plans'));
  return join(folder, 'dist', 'replay-child.mjs');
};

interface Contender {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly runs: Run[];
}

const contender = (name: string, file: string, ...args: readonly string[]): Contender => ({name, file, args, runs: []});

const best = ({runs}: Contender): number => Math.min(...runs.map(({ms}) => ms));

const isThere = (file: string): boolean => spawnSync(file, ['--version']).status === 0;

interface Replayed {
  readonly ms: number;
  readonly peakMiB: number;
  readonly report: ImpactReport;
}

const replayedBy = ({stdout}: Run): Replayed => JSON.parse(stdout);

const checkCounts = ({report}: Replayed, {lines, attacks: wanted, both: ordinaryWanted}: Generated): void => {
  const [rule] = report.rules;
  const found = [report.logs.requests, rule?.attackLike.count, rule?.ordinary.count, rule?.uncertain.count];
  const expected = [lines, wanted, ordinaryWanted, 0];
  if (found.join() !== expected.join())
    throw new Error(`counted ${found.join(', ')} instead of ${expected.join(', ')}`);
  console.log(
    `counts are exact: ${found[0]} requests, ${found[1]} attack-like, ${found[2]} ordinary ones that would be blocked`,
  );
};

const searches = (log: string): readonly Contender[] =>
  [
    contender("rg -c -i 'autodiscover.*powershell'", 'rg', '-c', '-i', 'autodiscover.*powershell', log),
    contender("grep -c -i -E 'autodiscover.*powershell'", 'grep', '-c', '-i', '-E', 'autodiscover.*powershell', log),
    contender(
      "rg -c -i -P '^(?=.*autodiscover)(?=.*powershell)'",
      ...(['rg', '-c', '-i', '-P', '^(?=.*autodiscover)(?=.*powershell)', log] as const),
    ),
  ].filter(({file, name}) => {
    if (!isThere(file)) console.log(`SKIPPED ${name}: there is no ${file} here`);
    return isThere(file);
  });

/** Replays a log of that many lines against M1 and prints its speed beside grep and ripgrep. */
export const benchLogs = async (lines: number, rounds: number): Promise<void> => {
  if (!existsSync(program)) throw new Error('there is no dist/stopgap.mjs: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'stopgap-logs-'));
  try {
    const log = join(folder, 'u_ex221001.log');
    const lab = join(folder, 'lab');
    const plan = join(folder, 'plan.json');
    const generated = generateLog(log, lines);
    run(process.execPath, [program, 'sandbox', 'create', lab, '--from', fixture]);
    run(process.execPath, [program, 'plan', 'M1', '--server', `sandbox:${lab}`, '-o', plan]);
    const child = await compileChild(folder);
    const ours = contender('stopgap impact M1', process.execPath, child, lab, plan, log);
    const command = [program, 'impact', plan, '--logs', log, '--server', `sandbox:${lab}`, '--json'];
    const whole = contender('the whole command, start and plan included', process.execPath, ...command);
    const others = searches(log);
    for (let round = 0; round < rounds; round++) {
      for (const one of [ours, ...others, whole]) one.runs.push(run(one.file, one.args));
    }
    report({ours, whole, others, generated});
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

interface Outcome {
  readonly ours: Contender;
  readonly whole: Contender;
  readonly others: readonly Contender[];
  readonly generated: Generated;
}

const report = ({ours, whole, others, generated}: Outcome): void => {
  const replays = ours.runs.map(replayedBy);
  const [first] = replays;
  if (!first) return;
  const {bytes, lines} = generated;
  const speed = (ms: number): string => `${(bytes / ms / 1e6).toFixed(2).padStart(6)} GB/s`;
  const replay = Math.min(...replays.map(({ms}) => ms));
  console.log(`${lines} lines, ${(bytes / 2 ** 20).toFixed(0)} MiB, best of ${replays.length} interleaved rounds each`);
  checkCounts(first, generated);
  console.log(`peak memory ${Math.max(...replays.map(({peakMiB}) => peakMiB)).toFixed(0)} MiB`);
  console.log(`${ours.name.padEnd(52)} ${speed(replay)}`);
  for (const other of others) {
    const ratio = (best(other) / replay).toFixed(2);
    console.log(`${other.name.padEnd(52)} ${speed(best(other))}  stopgap is ${ratio} x as fast`);
  }
  console.log(`${whole.name.padEnd(52)} ${speed(best(whole))}`);
};

if (process.argv[1] === import.meta.filename) {
  await benchLogs(Number(process.env['BENCH_LINES'] ?? 8_000_000), Number(process.env['BENCH_ROUNDS'] ?? 3));
}
