import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {describe, expect, test} from 'vitest';
import {defineCommand} from '../../src/cli/command.ts';
import {commandsFor} from '../../src/cli/commands.ts';
import {parseArgs} from '../../src/cli/parse-args.ts';
import {isRefusal} from '../../src/kit/refusal.ts';
import {version} from '../../src/kit/version.ts';
import {cli} from './collect.ts';

const seen: unknown[] = [];
const probe = defineCommand({
  name: 'probe [what..]',
  describe: 'Notes its arguments',
  builder: (yargs) =>
    yargs
      .positional('what', {type: 'string', array: true})
      .option('accept', {type: 'string', array: true})
      .option('but-not', {type: 'string', array: true})
      .option('place', {choices: ['web.config', 'apphost'] as const}),
  run: async (args) => {
    seen.push(args);
    return {code: 'PROBE.RUN', exitCode: 0, data: args, text: ''};
  },
});
const nested = defineCommand({
  name: 'feed probe <file>',
  describe: 'Lies below a group',
  builder: (yargs) => yargs.positional('file', {type: 'string', demandOption: true}),
  run: async ({file}) => ({code: 'PROBE.RUN', exitCode: 0, data: file, text: file}),
});

const io = {stdout: {write: () => true}, stderr: {write: () => true}, now: () => new Date(0), cwd: '/', env: {}};

/** The code of the refusal, or what the command ran on. */
const parse = async (...argv: readonly string[]): Promise<unknown> => {
  try {
    const parsed = await parseArgs(argv, [probe, nested], 80);
    return parsed.kind === 'text' ? parsed.text : (await parsed.run(io)).data;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
};

describe('arguments', () => {
  test('an array option takes one value and leaves the positional behind it alone', async () => {
    expect(await parse('probe', '--accept', 'a', 'M1', '--accept', 'b')).toMatchObject({
      accept: ['a', 'b'],
      what: ['M1'],
    });
  });

  test('one with a hyphen in its name may be given more than once, too', async () => {
    expect(await parse('probe', '--but-not', 'a', '--but-not', 'b')).toMatchObject({butNot: ['a', 'b']});
    expect(await parse('probe', '--state-dir', 'a', '--state-dir', 'b')).toBe('USAGE.REPEATED');
  });

  test('a build stays a text', async () => {
    expect(await parse('probe', '15.20')).toMatchObject({what: ['15.20']});
  });

  test('a global option may stand before or behind the command', async () => {
    expect(await parse('--server', 'sandbox:x', 'probe')).toMatchObject({server: 'sandbox:x'});
    expect(await parse('probe', '--state-dir=y')).toMatchObject({stateDir: 'y'});
  });

  test('a command of two words runs', async () => {
    expect(await parse('feed', 'probe', 'a.xml')).toBe('a.xml');
  });

  test.each([
    [[], 'USAGE.INVALID'],
    [['prob'], 'USAGE.INVALID'],
    [['feed'], 'USAGE.INVALID'],
    [['feed', 'bogus'], 'USAGE.INVALID'],
    [['feed', 'probe'], 'USAGE.INVALID'],
    [['feed', 'probe', 'a', 'b'], 'USAGE.INVALID'],
    [['probe', '--bogus'], 'USAGE.INVALID'],
    [['probe', '--place', 'elsewhere'], 'USAGE.INVALID'],
    [['probe', '--log-format', 'xml'], 'USAGE.INVALID'],
    [['probe', '--server', 'a', '--server', 'b'], 'USAGE.REPEATED'],
    [['probe', '--server'], 'USAGE.EMPTY'],
    [['probe', '--server='], 'USAGE.EMPTY'],
    [['probe', '--accept'], 'USAGE.EMPTY'],
    [['probe', '--', '-x'], 'USAGE.INVALID'],
  ])('%j is refused and the command does not run', async (argv, code) => {
    seen.length = 0;
    expect(await parse(...argv)).toBe(code);
    expect(seen).toEqual([]);
  });

  test.each([
    [['probe', '--bogus'], 'stopgap probe --help'],
    [['feed', 'probe'], 'stopgap feed probe --help'],
    [['feed', 'bogus'], 'stopgap feed --help'],
    [['prob'], 'stopgap --help'],
  ])('%j is answered with %s', async (argv, command) => {
    await expect(parseArgs(argv, [probe, nested], 80)).rejects.toMatchObject({next: [{command}]});
  });
});

test('every command is found by its own words, and has words of its own', async () => {
  const all = await commandsFor([]);
  const words = all.map(({name}) => name.replace(/ [[<].*/, ''));
  expect(new Set(words).size).toBe(words.length);
  for (const [index, name] of words.entries()) {
    expect(await commandsFor(['--server', 'sandbox:x', ...name.split(' ')])).toContain(all[index]);
  }
});

describe('answers', () => {
  test('help lists every command and exits 0', async () => {
    const {exitCode, stdout} = await cli(['--help']);
    expect(stdout).toContain('stopgap show <plan>');
    expect(exitCode).toBe(0);
  });

  test('an unknown command is refused on standard error with exit code 3', async () => {
    const {exitCode, stdout, stderr} = await cli(['disarm']);
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^refused: .*\[USAGE\.INVALID\]\n {2}Nothing was changed\.\n {2}next: /);
  });

  test('the same with --json is one object on standard output', async () => {
    const {exitCode, stdout, stderr} = await cli(['disarm', '--json']);
    expect(exitCode).toBe(3);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['ok', 'code', 'message', 'where', 'untouched', 'next']);
    expect(JSON.parse(stdout)).toMatchObject({ok: false, code: 'USAGE.INVALID'});
  });

  test('control characters of an argument do not reach the terminal', async () => {
    const {stderr} = await cli(['show', 'plan\u001b[2J.json']);
    expect(stderr).toContain('plan\\u{1b}[2J.json');
    expect(stderr).not.toContain('\u001b');
  });

  test('colours come on a terminal only, and never with NO_COLOR or --no-color', async () => {
    const colours = async (argv: readonly string[], setting: Parameters<typeof cli>[1]): Promise<boolean> =>
      (await cli(argv, setting)).stderr.includes('\u001b[');
    expect(await colours(['disarm'], {isTTY: true})).toBe(true);
    expect(await colours(['disarm'], {})).toBe(false);
    expect(await colours(['disarm'], {isTTY: true, env: {NO_COLOR: '1'}})).toBe(false);
    expect(await colours(['disarm', '--no-color'], {isTTY: true})).toBe(false);
  });
});

describe('the program', () => {
  const run = promisify(execFile);
  const main = 'src/cli/main.ts';

  test('--version prints the version and loads no command line parser', async () => {
    const {stdout, stderr} = await run(process.execPath, [main, '--version'], {
      env: {...process.env, NODE_DEBUG: 'esm'},
    });
    expect(stdout).toBe(`${version}\n`);
    expect(stderr).not.toContain('yargs');
  });

  test('its exit code is that of the answer', async () => {
    await expect(run(process.execPath, [main, 'disarm'])).rejects.toMatchObject({code: 3, stdout: ''});
  });

  test('a reader that goes away is no error', async () => {
    const {stderr} = await run('sh', ['-c', `"${process.execPath}" ${main} --help | head -n 1`]);
    expect(stderr).toBe('');
  });
});
