import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {leftovers} from './leftovers.ts';
import {monthsLater} from './months-later.ts';
import {nobodyConfirms} from './nobody-confirms.ts';
import type {Story} from './story.ts';
import {openTerminal, projectPath} from './terminal.ts';

export const stories: readonly Story[] = [nobodyConfirms, monthsLater, leftovers];

export const pageOf = ({name}: Story): string => projectPath(`docs/transcripts/${name}.md`);

/** The page of a story, made by really doing it. */
export const tellStory = async ({title, about, tell}: Story): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'stopgap-story-'));
  try {
    const terminal = openTerminal(folder);
    await tell(terminal);
    const note =
      'Written by `node tools/transcripts/write.ts`, which really does all of it, on a simulated server; a test compares.';
    return `# ${title}\n\n${about}\n\n${note} Times and digests stand for real ones.\n\n${terminal.text()}`;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};
