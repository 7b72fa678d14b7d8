import type {PlanBody} from '../plan/model.ts';
import {unifiedDiff} from '../plan/unified-diff.ts';
import type {FileReader} from '../server/server.ts';

const decoder = new TextDecoder('utf-8');

const textOf = async (reader: FileReader, path: string): Promise<string> => {
  const bytes = await reader.readFile(path);
  return bytes === undefined ? '' : decoder.decode(bytes).replace(/^\uFEFF/, '');
};

/** The files of a plan as they are now, to be compared with what a run makes of them. */
export const filesOf = async (reader: FileReader, body: PlanBody): Promise<ReadonlyMap<string, string>> =>
  new Map(await Promise.all(body.predicted.map(async ({file}) => [file, await textOf(reader, file)] as const)));

/**
 * Files that appcmd wrote in another form than was predicted. The read-back has proven their meaning; the form, empty
 * parents for example, is what a person may find in a diff.
 */
export const writtenOtherwise = async (
  reader: FileReader,
  body: PlanBody,
  before: ReadonlyMap<string, string>,
): Promise<readonly string[]> => {
  const notes: string[] = [];
  for (const {file, diff} of body.predicted) {
    if (unifiedDiff(file, before.get(file) ?? '', await textOf(reader, file)) === diff) continue;
    const way = body.purpose === 'rollback' ? ': form is left behind, rollback --exact puts the bytes back' : '';
    notes.push(`${file} has the meaning that was predicted, written in another form${way}.`);
  }
  return notes;
};
