import {Refusal} from '../kit/refusal.ts';
import type {FileReader} from '../server/server.ts';
import {type DecodedText, decodeText} from './text/decode.ts';
import type {Edit} from './text/edit.ts';
import {editDocument} from './text/edit-document.ts';
import {parseXml} from './text/parse-xml.ts';
import {lineInDocument, ParsedDocument} from './text/parsed-document.ts';
import {positionOf} from './text/position.ts';
import {XmlError} from './text/xml-error.ts';
import type {XmlDocument, XmlElement} from './text/xml-node.ts';

/** A configuration file that was read: its text with positions and what it takes to write it back. */
export interface ConfigFile {
  /** Windows path, as it is shown. */
  readonly path: string;
  readonly decoded: DecodedText;
  readonly document: XmlDocument;
}

/** Why a file cannot be used: IIS would answer 500.19 to every request that reads it. */
export interface ConfigFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

export type ConfigFileResult = {readonly file: ConfigFile} | {readonly fault: ConfigFault};

export const isFault = (result: ConfigFileResult): result is {readonly fault: ConfigFault} => 'fault' in result;

/** The bytes of the text, where they are UTF-8 already: a large file is not encoded again to be scanned. */
const utf8Of = ({buffer, byteOffset, byteLength}: Uint8Array, {encoding, bom}: DecodedText): Buffer | undefined => {
  const mark = bom ? 3 : 0;
  return encoding === 'utf-8' ? Buffer.from(buffer, byteOffset + mark, byteLength - mark) : undefined;
};

/**
 * Bytes to a parsed file; a file that is not well formed is an answer with a position, not an exception.
 * @param root the document element that it must have
 */
export const parseConfigFile = (path: string, bytes: Uint8Array, root = 'configuration'): ConfigFileResult => {
  const decoded = decodeText(bytes);
  if ('reason' in decoded) return {fault: {file: path, line: 1, column: 1, reason: decoded.reason}};
  try {
    const document = parseXml(decoded.text, utf8Of(bytes, decoded));
    if (document.root.name === root) return {file: {path, decoded, document}};
    const {line, column} = positionOf(decoded.text, document.root.start);
    return {
      fault: {file: path, line, column, reason: `the document element is <${document.root.name}>, not <${root}>`},
    };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return {fault: {file: path, line: error.line, column: error.column, reason: error.reason}};
  }
};

/** The file after edits of its text. @throws XmlError where it would not be well-formed any more */
export const editConfigFile = ({path, decoded, document: before}: ConfigFile, edits: readonly Edit[]): ConfigFile => {
  const {encoding, bom} = decoded;
  const document = editDocument(before, edits);
  // The text of a large document is put together only where somebody wants all of it.
  const text = (): string => document.text;
  return {
    path,
    document,
    decoded: {
      encoding,
      bom,
      get text() {
        return text();
      },
    },
  };
};

export const readConfigFile = async (reader: FileReader, path: string): Promise<ConfigFileResult | undefined> => {
  const bytes = await reader.readFile(path);
  return bytes && parseConfigFile(path, bytes);
};

export const malformed = (fault: ConfigFault): Refusal =>
  new Refusal('IIS.MALFORMED', `${fault.file}:${fault.line}:${fault.column}: ${fault.reason}`, {
    where: {file: fault.file, line: fault.line, column: fault.column},
    untouched: 'Nothing was changed: a file that IIS cannot read is never written.',
    next: [{label: 'Correct the file (IIS answers 500.19 to every request that reads it), then plan again'}],
  });

/** The line on which an element begins, from 1. */
export const lineOf = ({document}: Pick<ConfigFile, 'document'>, element: XmlElement): number =>
  document instanceof ParsedDocument
    ? lineInDocument(document, element.start)
    : positionOf(document.text, element.start).line;
