import {readFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {haveRealFiles, leftovers} from '../../tools/transcripts/leftovers.ts';
import {pageOf, stories, tellStory} from '../../tools/transcripts/tell.ts';

/* Real processes, some of which are killed: minutes on a busy machine. */

// What a terminal shows does not depend on the version of Node.js: the second one that the suite runs on need not wait again.
const isSecondNode = process.env['EXPECT_NODE'] !== undefined;

if (isSecondNode) console.warn('SKIPPED: the transcripts are told by the Node.js that the project is pinned to');
if (!haveRealFiles) console.warn('SKIPPED: no real configuration files in ../shared/real');

for (const story of stories) {
  const possible = !isSecondNode && (story !== leftovers || haveRealFiles);
  test.skipIf(!possible)(
    `docs/transcripts/${story.name}.md tells what really happens; else: node tools/transcripts/write.ts ${story.name}`,
    {timeout: 900_000},
    async () => {
      expect(await tellStory(story)).toBe(await readFile(pageOf(story), 'utf8'));
    },
  );
}
