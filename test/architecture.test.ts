import {globSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {describe, expect, test} from 'vitest';
import {sourceText} from './support/source-text.ts';

/*
 * The house rules of ARCHITECTURE.md, held by reading the files as text. A type import counts like any other: what a folder
 * knows of another is what couples them.
 */

const pathOf = (path: string): string => path.replaceAll('\\', '/');
const files = globSync('src/**/*.ts').map(pathOf).toSorted();
const sources = files.map((path) => {
  const text = readFileSync(path, 'utf8');
  return {path, text, ...sourceText(text)};
});
type Source = (typeof sources)[number];

const importsOf = ({code}: Pick<Source, 'code'>): readonly string[] =>
  [...code.matchAll(/\bfrom\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g)].map(([, from, only]) => from ?? only ?? '');

/** The files of this project that a file imports, from the project's root. */
const filesImportedBy = (source: Source): readonly string[] =>
  importsOf(source)
    .filter((name) => name.startsWith('.'))
    .map((name) => pathOf(normalize(join(dirname(source.path), name))));

const stages = [
  'feed',
  'trust',
  'mitigation',
  'publish',
  'iis',
  'rewrite',
  'plan',
  'preview',
  'rehearsal',
  'journal',
  'apply',
  'rollback',
];

/** Who may import whom, beside itself and kit. The longest name that fits a path is its house. */
const houses: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  server: [],
  'server/windows': ['server', 'iis'],
  'server/snapshot': ['server', 'iis'],
  'server/sandbox': ['server', 'iis/text'],
  iis: ['server'],
  rewrite: ['iis'],
  trust: [],
  feed: [],
  mitigation: ['trust', 'iis', 'rewrite'],
  publish: ['mitigation'],
  plan: ['mitigation', 'iis', 'rewrite', 'server'],
  preview: ['plan'],
  rehearsal: ['plan', 'server'],
  journal: ['plan'],
  apply: ['plan', 'journal', 'server'],
  rollback: ['plan', 'journal', 'iis', 'rewrite', 'server'],
  operations: [...stages, 'server'],
  agent: ['operations'],
};

const kinds = ['server/windows/', 'server/snapshot/', 'server/sandbox/'];
/** `server` is the ports beside its folders, not the kinds of server inside of them. */
const isIn = (path: string, house: string): boolean =>
  path.startsWith(`src/${house}/`) && (house !== 'server' || !kinds.some((kind) => path.startsWith(`src/${kind}`)));

const houseOf = (path: string): string | undefined => Object.keys(houses).find((house) => isIn(path, house));

describe('who imports whom', () => {
  test.each(Object.entries(houses))('%s imports nothing but itself, kit and [%s]', (house, allowed) => {
    const strays = sources
      .filter(({path}) => houseOf(path) === house)
      .flatMap((source) => filesImportedBy(source).map((target) => ({path: source.path, target})))
      .filter(({target}) => target !== 'package.json')
      .filter(({target}) => ![house, 'kit', ...allowed].some((one) => isIn(target, one)))
      .map(({path, target}) => `${path} imports ${target}`);
    expect(strays).toEqual([]);
  });

  test('type imports, lazy imports and re-exports count', () => {
    const code = `import type {\n  A,\n} from './a.ts';\nexport {b} from './b.ts';\nawait import('./c.ts');\nimport './d.ts';`;
    expect(importsOf({code})).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts']);
  });

  test('every file has a house, or is of the command line', () => {
    expect(files.filter((path) => !houseOf(path) && !path.startsWith('src/cli/'))).toEqual([]);
  });

  test('what a file imports is there', () => {
    const missing = sources.flatMap((source) =>
      filesImportedBy(source).filter((target) => target !== 'package.json' && !files.includes(target)),
    );
    expect(missing).toEqual([]);
  });

  test('nobody imports the command line but itself', () => {
    const strays = sources.filter(
      (source) =>
        !source.path.startsWith('src/cli/') && filesImportedBy(source).some((target) => target.startsWith('src/cli/')),
    );
    expect(strays.map(({path}) => path)).toEqual([]);
  });
});

/** `path:line` of every place that matches; comments are not searched. */
const places = (pattern: RegExp, where: (path: string) => boolean, part: 'code' | 'bare' = 'bare'): readonly string[] =>
  sources
    .filter(({path}) => where(path))
    .flatMap((source) => {
      const found = [...source[part].matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`))];
      return found.map(([match]) => `${source.path}: ${match}`);
    });

const inside =
  (...names: readonly string[]) =>
  (path: string): boolean =>
    names.some((name) => isIn(path, name));

describe('what touches the world', () => {
  const pure = inside('trust', 'mitigation', 'iis', 'rewrite', 'preview', 'plan');

  test('the pure stages import nothing that reads or writes the world', () => {
    const world =
      /^(?:node:(?:fs|child_process|https?|http2|net|tls|dgram|dns|os|process|worker_threads)\b|execa$|undici$|pino$)/;
    const strays = sources
      .filter(({path}) => pure(path))
      .flatMap((source) =>
        importsOf(source)
          .filter((name) => world.test(name))
          .map((name) => `${source.path} imports ${name}`),
      );
    expect(strays).toEqual([]);
  });

  test('the pure stages ask neither the clock nor the environment nor chance', () => {
    expect(places(/\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(/, pure)).toEqual([]);
  });

  test('programs are started below server only', () => {
    const starters = sources.filter((source) =>
      importsOf(source).some((name) => /^(?:execa|node:child_process)$/.test(name)),
    );
    expect(starters.map(({path}) => path).filter((path) => !path.startsWith('src/server/'))).toEqual([]);
  });

  test('one executor: only apply runs commands and restores files', () => {
    const elsewhere = (path: string): boolean => !isIn(path, 'apply') && !path.startsWith('src/server/');
    expect(places(/\bcommands\.run\(|\brestorer\.restoreFile\(|\.restoreFile\(/, elsewhere)).toEqual([]);
  });

  test('planning and showing know no executor', () => {
    const know = sources.filter(
      (source) => pure(source.path) && filesImportedBy(source).some((target) => isIn(target, 'apply')),
    );
    expect(know.map(({path}) => path)).toEqual([]);
  });
});

test("what is Exchange's is data: the engine names no path, site, pool or service of it", () => {
  const names = /MSExchange\w*|\bowa\b|\becp\b|Default Web Site|Exchange Server|Exchange Back End/gi;
  expect(places(names, inside('iis', 'rewrite', 'plan'), 'code')).toEqual([]);
});

describe('habits', () => {
  // One parser over one cursor: two files would have to hand its state to and fro.
  const oneThought = ['src/iis/text/parse-xml.ts'];

  test('no file is longer than 250 lines', () => {
    const long = sources
      .map(({path, text}) => ({path, lines: text.trimEnd().split('\n').length}))
      .filter(({path, lines}) => lines > 250 && !oneThought.includes(path));
    expect(long).toEqual([]);
  });

  // A variable may be called any; what only a type can be is looked for here, and the linter knows the rest.
  test('no any, no default export, no barrel', () => {
    const type = /\bas any\b|<any\b|\bany\[\]|\w\??:\s*any(?=\s*[;)=])/;
    expect(places(type, () => true)).toEqual([]);
    expect(places(/\bexport default\b|\bexport \* /, () => true)).toEqual([]);
    expect(sources.filter(({text}) => text.includes('noExplicitAny')).map(({path}) => path)).toEqual([]);
  });

  // Behind an import() of its own the bundle gives a CommonJS package no names: the source would run, the release would not.
  test('packages are loaded late behind a file of ours only', () => {
    const late = sources.flatMap(({path, code}) =>
      [...code.matchAll(/\bimport\(\s*'([^'.][^']*)'/g)].map(([, name]) => `${path}: ${name}`),
    );
    expect(late.filter((place) => !place.includes(': node:'))).toEqual([]);
  });

  test('no left-overs', () => {
    const found = sources.filter(({text}) =>
      /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck|expect-error)/.test(text),
    );
    expect(found.map(({path}) => path)).toEqual([]);
  });
});

describe('the project speaks of itself alone', () => {
  const own = 'test/architecture.test.ts';
  const all = globSync(['{src,test,plans,docs,bench,tools,fixtures}/**/*.{ts,md,yaml,yml,json}', '*.md'])
    .map(pathOf)
    .filter((path) => path !== own && !path.includes('node_modules'));

  test('no word of the place where it was built', () => {
    const place = /(?:^|[\s'"`(])\/(?:work|tmp\/briefs)\/|\bthe brief\b|\bsub-?agents?\b/i;
    expect(all.filter((path) => place.test(readFileSync(path, 'utf8')))).toEqual([]);
  });

  test('data beside the project is read by tests and measurements only', () => {
    const outside = all.filter((path) => !/^(?:test|bench|tools)\//.test(path));
    expect(outside.filter((path) => readFileSync(path, 'utf8').includes('../shared/'))).toEqual([]);
  });
});
