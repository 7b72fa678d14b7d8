import {type DecodedText, decodeText, encodeText} from '../../../iis/text/decode.ts';
import {applyEdits, type Edit} from '../../../iis/text/edit.ts';
import {parseXml} from '../../../iis/text/parse-xml.ts';
import {XmlError} from '../../../iis/text/xml-error.ts';
import type {XmlDocument} from '../../../iis/text/xml-node.ts';
import {windowsPathKey} from '../../windows-path.ts';
import type {Disk} from '../disk.ts';
import {ConfigFault, native, win32} from './fault.ts';

interface LoadedFile {
  readonly path: string;
  readonly encoding: Omit<DecodedText, 'text'>;
  document: XmlDocument;
  changed: boolean;
}

export interface ChangedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file that IIS makes where there is none; nothing public says whether it gets a byte order mark. */
const emptyConfiguration = '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n</configuration>\r\n';

// A request reads the files that the request before it has read. Documents are never changed in place.
const recent = new Map<string, XmlDocument>();
const recentFiles = 16;

const remember = (text: string, document: XmlDocument): XmlDocument => {
  const [oldest] = recent.keys();
  if (recent.size >= recentFiles && oldest !== undefined) recent.delete(oldest);
  recent.set(text, document);
  return document;
};

const parsed = (path: string, text: string): XmlDocument => {
  try {
    return recent.get(text) ?? remember(text, parseXml(text));
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new ConfigFault(path, error.line, native.malformed, win32.invalidData);
  }
};

/** The configuration files of one command: read once, edited in memory, written together at the end. */
export class ConfigStore {
  readonly disk: Disk;
  readonly files = new Map<string, LoadedFile>();
  /** Looked for and not there: one command asks again and again. */
  private readonly absent = new Set<string>();

  constructor(disk: Disk) {
    this.disk = disk;
  }

  /**
   * `undefined` where there is no such file.
   * @throws ConfigFault when it is malformed
   */
  document(path: string): XmlDocument | undefined {
    return this.load(path)?.document;
  }

  /** The same, for a file that is to be written: it is begun where it is missing. */
  documentToWrite(path: string): XmlDocument {
    const known = this.document(path);
    if (known) return known;
    const document = parseXml(emptyConfiguration);
    this.files.set(windowsPathKey(path), {
      path,
      encoding: {encoding: 'utf-8', bom: false},
      document,
      changed: false,
    });
    return document;
  }

  /** The same disk as it is now, without the edits. */
  fresh(): ConfigStore {
    return new ConfigStore(this.disk);
  }

  edit(path: string, edit: Edit): XmlDocument {
    const before = this.documentToWrite(path);
    return this.replaceText(path, applyEdits(before.text, [edit]));
  }

  replaceText(path: string, text: string): XmlDocument {
    const file = this.files.get(windowsPathKey(path));
    if (!file) throw new Error(`${path} was never read`);
    file.document = parsed(path, text);
    file.changed = true;
    return file.document;
  }

  changes(): readonly ChangedFile[] {
    return [...this.files.values()]
      .filter(({changed}) => changed)
      .map(({path, encoding, document}) => ({path, bytes: encodeText({...encoding, text: document.text})}));
  }

  private load(path: string): LoadedFile | undefined {
    const key = windowsPathKey(path);
    const known = this.files.get(key);
    if (known || this.absent.has(key)) return known;
    const bytes = this.disk.read(path);
    if (!bytes) {
      this.absent.add(key);
      return undefined;
    }
    const decoded = decodeText(bytes);
    if ('reason' in decoded) throw new ConfigFault(path, 0, native.malformed, win32.invalidData);
    const {text, ...encoding} = decoded;
    const file = {path, encoding, document: parsed(path, text), changed: false};
    this.files.set(key, file);
    return file;
  }
}
