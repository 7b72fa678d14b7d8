import {writeFile} from 'node:fs/promises';
import {haveRealFiles, leftovers} from './leftovers.ts';
import {pageOf, stories, tellStory} from './tell.ts';

/** Writes docs/transcripts anew; names as arguments: only those. */
const wanted = process.argv.slice(2);

for (const story of stories) {
  if (wanted.length > 0 && !wanted.includes(story.name)) continue;
  if (story === leftovers && !haveRealFiles) {
    process.stderr.write(
      `${story.name} needs configuration files of real servers, which are not here: left as it is\n`,
    );
    continue;
  }
  await writeFile(pageOf(story), await tellStory(story));
  process.stdout.write(`${pageOf(story)}\n`);
}
