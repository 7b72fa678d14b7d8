import {spawn, spawnSync} from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

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
const attacks: readonly string[] = [
  'GET /autodiscover/autodiscover.json @evil.example/PowerShell',
  'POST /AutoDiscover/autodiscover.json a@b.example/&Protocol=%50owershell',
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
  if (index % eachNth.attack === 77) return {request: attacks[index % attacks.length] ?? '', kind: 'attack'};
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
  /** Peak of the resident memory in MiB; 0 where the system does not tell. */
  readonly peak: number;
}

const peakOf = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

const run = (file: string, args: readonly string[]): Promise<Run> =>
  new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(file, args, {stdio: ['ignore', 'pipe', 'inherit'], cwd: root});
    let stdout = '';
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid ?? 0));
    }, 10);
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.on('error', reject);
    child.on('close', () => {
      clearInterval(timer);
      resolve({ms: Number(process.hrtime.bigint() - start) / 1e6, stdout, peak});
    });
  });

interface Contender {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly runs: Run[];
}

const contender = (name: string, file: string, ...args: readonly string[]): Contender => ({name, file, args, runs: []});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const best = ({runs}: Contender): number => Math.min(...runs.map(({ms}) => ms));

const isThere = (file: string): boolean => spawnSync(file, ['--version']).status === 0;

const checkCounts = ({stdout}: Run, {lines, attacks: wanted, both: ordinaryWanted}: Generated): void => {
  const {logs, rules} = JSON.parse(stdout).data;
  const found = [logs.requests, rules[0].attackLike.count, rules[0].ordinary.count, rules[0].uncertain.count];
  const expected = [lines, wanted, ordinaryWanted, 0];
  if (found.join() !== expected.join())
    throw new Error(`counted ${found.join(', ')} instead of ${expected.join(', ')}`);
  console.log(
    `counts are exact: ${found[0]} requests, ${found[1]} attack-like, ${found[2]} ordinary ones that would be blocked`,
  );
};

/** Replays a log of that many lines against M1 and prints its speed beside grep and ripgrep. */
export const benchLogs = async (lines: number, rounds: number): Promise<void> => {
  if (!existsSync(program)) throw new Error('there is no dist/stopgap.mjs: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'stopgap-logs-'));
  try {
    const log = join(folder, 'u_ex221001.log');
    const little = join(folder, 'little.log');
    const lab = join(folder, 'lab');
    const plan = join(folder, 'plan.json');
    const generated = generateLog(log, lines);
    writeFileSync(little, header);
    spawnSync(process.execPath, [program, 'sandbox', 'create', lab, '--from', fixture]);
    spawnSync(process.execPath, [program, 'plan', 'M1', '--server', `sandbox:${lab}`, '-o', plan]);
    const impact = (path: string): readonly string[] => [
      program,
      'impact',
      plan,
      '--logs',
      path,
      '--server',
      `sandbox:${lab}`,
      '--json',
    ];
    const ours = contender('stopgap impact M1', process.execPath, ...impact(log));
    const idle = contender('stopgap impact M1, a log without a line', process.execPath, ...impact(little));
    const others = [
      contender("rg -c -i 'autodiscover.*powershell'", 'rg', '-c', '-i', 'autodiscover.*powershell', log),
      contender("grep -c -i -E 'autodiscover.*powershell'", 'grep', '-c', '-i', '-E', 'autodiscover.*powershell', log),
      contender(
        "rg -c -i -P '^(?=.*autodiscover)(?=.*powershell)'",
        'rg',
        '-c',
        '-i',
        '-P',
        '^(?=.*autodiscover)(?=.*powershell)',
        log,
      ),
    ].filter(({file, name}) => isThere(file) || console.log(`SKIPPED ${name}: there is no ${file} here`));
    for (const {file, args} of [ours, ...others]) await run(file, args);
    for (let round = 0; round < rounds; round++) {
      for (const one of [ours, idle, ...others]) one.runs.push(await run(one.file, one.args));
    }
    report({ours, idle, others, generated});
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

const report = ({
  ours,
  idle,
  others,
  generated,
}: {
  ours: Contender;
  idle: Contender;
  others: readonly Contender[];
  generated: Generated;
}): void => {
  const [first] = ours.runs;
  if (!first) return;
  const {bytes, lines} = generated;
  console.log(
    `\n${lines} lines, ${(bytes / 2 ** 20).toFixed(0)} MiB, best of ${ours.runs.length} interleaved rounds each`,
  );
  checkCounts(first, generated);
  console.log(`peak memory ${Math.max(...ours.runs.map(({peak}) => peak)).toFixed(0)} MiB`);
  const replay = Math.max(1, best(ours) - median(idle.runs.map(({ms}) => ms)));
  const speed = (ms: number): string => `${(bytes / ms / 1e6).toFixed(2).padStart(6)} GB/s`;
  console.log(`${'stopgap impact M1, the whole command'.padEnd(52)} ${speed(best(ours))}`);
  console.log(`${'stopgap impact M1, without start and plan'.padEnd(52)} ${speed(replay)}`);
  for (const other of others) {
    const ratio = best(other) / replay;
    const whole = best(other) / best(ours);
    console.log(
      `${other.name.padEnd(52)} ${speed(best(other))}  stopgap is ${ratio.toFixed(2)} x as fast (${whole.toFixed(2)} x with its start)`,
    );
  }
};

if (process.argv[1] === import.meta.filename) {
  await benchLogs(Number(process.env['BENCH_LINES'] ?? 8_000_000), Number(process.env['BENCH_ROUNDS'] ?? 3));
}
