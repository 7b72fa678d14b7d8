import {readFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {haveRealFiles, leftovers} from '../../tools/transcripts/leftovers.ts';
import {pageOf, stories, tellStory} from '../../tools/transcripts/tell.ts';

/* Real processes, some of which are killed: minutes on a busy machine. */

if (!haveRealFiles) console.warn('SKIPPED: no real configuration files in ../shared/real');

for (const story of stories) {
  const possible = story !== leftovers || haveRealFiles;
  test.skipIf(!possible)(
    `docs/transcripts/${story.name}.md tells what really happens; else: node tools/transcripts/write.ts ${story.name}`,
    {timeout: 900_000},
    async () => {
      expect(await tellStory(story)).toBe(await readFile(pageOf(story), 'utf8'));
    },
  );
}
