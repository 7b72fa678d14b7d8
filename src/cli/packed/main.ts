import {toolWord} from '../../server/sandbox/tools.ts';

/*
 * The entry of the single executable. It has no other programs beside it, so it is also the simulated ones; the start of
 * stopgap itself must not wait for them.
 */

const [word, tool] = process.argv.slice(2);

const runTool = async (): Promise<void> => {
  const {runProgram} = await import('../../server/sandbox/bin/run-program.ts');
  const {main} =
    tool === 'sc'
      ? await import('../../server/sandbox/sc/main.ts')
      : await import('../../server/sandbox/appcmd/main.ts');
  await runProgram(main, process.argv.slice(4));
};

if (word === toolWord) void runTool();
else void import('../main.ts');
