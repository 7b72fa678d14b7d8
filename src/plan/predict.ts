import {type Addition, additionEdits} from '../iis/add.ts';
import {
  type ConfigFile,
  editConfigFile,
  isFault,
  malformed,
  parseConfigFile,
  readConfigFile,
} from '../iis/config-file.ts';
import {findItem} from '../iis/find.ts';
import {type EmptyParents, removeElement} from '../iis/remove.ts';
import {setAttribute} from '../iis/set-attribute.ts';
import {decodeText, encodeText} from '../iis/text/decode.ts';
import type {Edit} from '../iis/text/edit.ts';
import type {FileReader, ServerReader} from '../server/server.ts';
import {windowsPathKey} from '../server/windows-path.ts';
import type {ElementAddress, PredictedFile} from './model.ts';
import {documentDiff, unifiedDiff} from './unified-diff.ts';

/** What appcmd starts from where a folder has no web.config yet. */
const skeleton = '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n</configuration>\r\n';

interface Predicted {
  /** As it is on the server, its text alone where that is no configuration; `undefined`: there is none. */
  readonly before: ConfigFile | string | undefined;
  readonly now: ConfigFile;
}

const diffOf = (before: Predicted['before'], now: ConfigFile): string =>
  typeof before === 'object'
    ? documentDiff(now.path, before.document, now.document)
    : unifiedDiff(now.path, before ?? '', now.decoded.text);

const differs = (before: Predicted['before'], now: ConfigFile): boolean => {
  if (typeof before !== 'object') return before !== now.decoded.text;
  // Most edits change the length, which is known without a look at the text.
  return before !== now && (before.document.length !== now.document.length || before.decoded.text !== now.decoded.text);
};

/** What predicting needs of a server. */
type ConfigReader = FileReader & Pick<ServerReader, 'emptyParents'>;

/**
 * The configuration files as they will be, edit by edit, without a server being touched. One prediction serves one
 * plan: later steps see what earlier ones have written.
 */
export class Prediction {
  readonly #reader: FileReader;
  readonly #emptyParents: EmptyParents;
  readonly #read: ReadonlyMap<string, ConfigFile>;
  readonly #files = new Map<string, Predicted>();
  readonly #marks = new Map<string, readonly ConfigFile[]>();

  /** @param read files that were read already: a large one is not parsed twice */
  constructor(reader: ConfigReader, read: readonly ConfigFile[] = []) {
    this.#reader = reader;
    this.#emptyParents = reader.emptyParents ?? 'remove';
    this.#read = new Map(read.map((file) => [windowsPathKey(file.path), file]));
  }

  async add(path: string, additions: readonly Addition[]): Promise<void> {
    await this.#change(path, (file) => additionEdits(file.document, additions));
  }

  async remove(addresses: readonly ElementAddress[]): Promise<void> {
    for (const at of addresses) {
      await this.#change(at.file, (file) => {
        const element = findItem(file.document, at, at);
        if (!element) throw new TypeError(`nothing to remove at ${JSON.stringify(at)}`);
        return [removeElement(file.document.text, element, this.#emptyParents)];
      });
    }
  }

  async setAttribute(at: ElementAddress, name: string, value: string): Promise<void> {
    await this.#change(at.file, (file) => {
      const element = findItem(file.document, at, at);
      if (!element) throw new TypeError(`nothing to change at ${JSON.stringify(at)}`);
      return [setAttribute(element, name, value)];
    });
  }

  /**
   * Replaces a whole file, as a restore from a backup does. What stands there now need not be readable: a writer that was
   * killed half-way is the best reason to restore.
   */
  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const key = windowsPathKey(path);
    const known = this.#files.get(key);
    const result = parseConfigFile(known?.now.path ?? path, bytes);
    if (isFault(result)) throw malformed(result.fault);
    this.#files.set(key, {before: known ? known.before : await this.#textOf(path), now: result.file});
  }

  /** Notes the files as they are when this step is done: a rehearsal compares step by step. */
  mark(step: string): void {
    this.#marks.set(
      step,
      [...this.#files.values()].map(({now}) => now),
    );
  }

  /** The files that steps up to this one have changed or looked at; `undefined`: the step predicts nothing. */
  after(step: string): readonly ConfigFile[] | undefined {
    return this.#marks.get(step);
  }

  /** The bytes of every file that would differ. */
  changed(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.#changedFiles().map(({now}) => [now.path, encodeText(now.decoded)]));
  }

  /** The same, as files that were read. */
  changedFiles(): readonly ConfigFile[] {
    return this.#changedFiles().map(({now}) => now);
  }

  diffs(): PredictedFile[] {
    return this.#changedFiles().map(({before, now}) => ({file: now.path, diff: diffOf(before, now)}));
  }

  #changedFiles(): readonly Predicted[] {
    return [...this.#files.values()].filter(({before, now}) => differs(before, now));
  }

  async #textOf(path: string): Promise<string | undefined> {
    const bytes = await this.#reader.readFile(path);
    if (!bytes) return undefined;
    const decoded = decodeText(bytes);
    return 'reason' in decoded ? `(${bytes.length} bytes that are no text: ${decoded.reason})` : decoded.text;
  }

  async #open(path: string): Promise<Predicted> {
    const key = windowsPathKey(path);
    const known = this.#files.get(key);
    if (known) return known;
    const read = this.#read.get(key);
    const result = read ? {file: read} : await readConfigFile(this.#reader, path);
    if (result && isFault(result)) throw malformed(result.fault);
    const fresh = parseConfigFile(path, new TextEncoder().encode(skeleton));
    if (isFault(fresh)) throw malformed(fresh.fault);
    const opened = result ? {before: result.file, now: result.file} : {before: undefined, now: fresh.file};
    this.#files.set(key, opened);
    return opened;
  }

  async #change(path: string, edits: (file: ConfigFile) => readonly Edit[]): Promise<void> {
    const {before, now} = await this.#open(path);
    // Under the spelling of the path that was met first: one file is shown under one name. What we would write must be
    // readable: an XmlError is a fault of ours, found before it can do harm.
    this.#files.set(windowsPathKey(path), {before, now: editConfigFile(now, edits(now))});
  }
}
