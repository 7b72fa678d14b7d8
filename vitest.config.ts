import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two workers: the smallest machine the suite has to run on has two cores.
    maxWorkers: 2,
    setupFiles: ['test/support/node-version.ts'],
    reporters: process.env['CI'] ? ['default'] : ['default'],
  },
});
