import {defineConfig} from 'vitest/config';
import {BaseSequencer, type TestSpecification} from 'vitest/node';

// They wait for minutes of real time: begun last, they would keep one core waiting alone.
const slow = ['docs/transcripts', 'control/confirm', 'cli/pipeline', 'agent/days'];

const rank = ({moduleId}: TestSpecification): number => {
  const at = slow.findIndex((name) => moduleId.includes(`/test/${name}.test.ts`));
  return at === -1 ? slow.length : at;
};

/** The slow files first, the rest in the order that the runner would take. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two workers: the smallest machine the suite has to run on has two cores.
    maxWorkers: 2,
    sequence: {sequencer: SlowFirst},
    setupFiles: ['test/support/node-version.ts'],
  },
});
