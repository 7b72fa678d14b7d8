import {type ConfigFile, isFault, parseConfigFile} from '../iis/config-file.ts';
import type {IisConfiguration} from '../iis/configuration.ts';
import {encodeText} from '../iis/text/decode.ts';
import {sameButForShells, sameMeaning} from '../plan/same-meaning.ts';
import type {ScratchCopy} from '../plan/scratch-copy.ts';
import {documentDiff, unifiedDiff} from '../plan/unified-diff.ts';
import type {Compared, CopyReader, Expectation} from '../rehearsal/rehearse.ts';
import type {RehearsalServer} from '../server/scratch.ts';

/** A file as far as it can be read. */
export const parsed = async (path: string, read: CopyReader): Promise<ConfigFile | undefined> => {
  const bytes = await read(path);
  const result = bytes && parseConfigFile(path, bytes);
  return result && !isFault(result) ? result.file : undefined;
};

export interface Expected {
  /** Files of the server that the plan touches. */
  readonly originals: readonly string[];
  readonly after: (step: string) => readonly ConfigFile[];
  readonly server: RehearsalServer;
}

const equalBytes = (a: ConfigFile, b: ConfigFile): boolean =>
  Buffer.compare(encodeText(a.decoded), encodeText(b.decoded)) === 0;

const worst = (all: readonly Compared[]): Compared =>
  all.find(({verdict}) => verdict === 'different') ??
  all.find(({verdict}) => verdict === 'same meaning') ?? {verdict: 'exact', why: ''};

const compareFiles = (
  expected: ConfigFile,
  actual: ConfigFile | undefined,
  {same, name}: {same: (a: ConfigFile, b: ConfigFile) => boolean; name: string},
): Compared => {
  if (!actual) return {verdict: 'different', why: `${name} cannot be read any more`};
  if (equalBytes(expected, actual)) return {verdict: 'exact', why: ''};
  return same(expected, actual)
    ? {verdict: 'same meaning', why: `${name} says the same in another form`}
    : {verdict: 'different', why: `${name} says something else than predicted`};
};

/** What the copies are compared with: the prediction step by step, and what they were before. */
export const expectationOf = (
  configuration: IisConfiguration,
  copy: ScratchCopy,
  {originals, after, server}: Expected,
): Expectation => {
  const empty = parseConfigFile('', new TextEncoder().encode('<configuration />'));
  const nothing = isFault(empty) ? configuration.applicationHost : empty.file;
  const original = async (path: string): Promise<ConfigFile | undefined> => parsed(path, (one) => server.readFile(one));
  const actual = async (path: string, read: CopyReader): Promise<ConfigFile | undefined> => {
    const at = copy.copyOf(path);
    return at === undefined ? undefined : parsed(at, read);
  };
  return {
    afterStep: async (step, read) =>
      worst(
        await Promise.all(
          after(step).map(async (file) =>
            compareFiles(copy.asCopy(file), await actual(file.path, read), {same: sameMeaning, name: file.path}),
          ),
        ),
      ),
    afterUndo: async (read) =>
      worst(
        await Promise.all(
          originals.map(async (path) => {
            const before = (await original(path)) ?? nothing;
            return compareFiles(copy.asCopy({...before, path}), await actual(path, read), {
              same: sameButForShells,
              name: path,
            });
          }),
        ),
      ),
    diffs: async (read) => {
      const diffs = await Promise.all(
        originals.map(async (path) => {
          const before = await original(path);
          const now = await actual(path, read);
          if (!now) return {file: path, diff: ''};
          if (!before) return {file: path, diff: unifiedDiff(path, '', now.decoded.text)};
          return {file: path, diff: documentDiff(path, before.document, copy.asOriginal(before, now).document)};
        }),
      );
      return diffs.filter(({diff}) => diff.includes('\n@@'));
    },
  };
};
