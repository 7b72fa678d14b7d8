import {type AnyCommand, defineCommand} from './command.ts';
import type {CompletedCommand} from './completion-script.ts';

/** Wide enough for every option to begin a line of its own. */
const columns = 110;

/** Its options are those of its help, which is what a person would read. */
const completed = async (command: AnyCommand): Promise<CompletedCommand> => {
  const {parseArgs} = await import('./parse-args.ts');
  const words = command.name.split(' ').filter((word) => /^[a-z]/.test(word));
  const help = await parseArgs([...words, '--help'], [command], columns);
  const text = help.kind === 'text' ? help.text : '';
  return {
    words: words.join(' '),
    options: [...text.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option),
  };
};

export const completionCommand = defineCommand({
  name: 'completion <shell>',
  describe: 'Print a script that completes commands and options in bash, zsh or PowerShell',
  builder: (yargs) =>
    yargs.positional('shell', {
      choices: ['bash', 'zsh', 'powershell'] as const,
      demandOption: true,
      describe: 'The shell that reads it',
    }),
  run: async ({shell}) => {
    const {commandsFor} = await import('./commands.ts');
    const {completionScript} = await import('./completion-script.ts');
    const commands = await Promise.all((await commandsFor([])).map(completed));
    const script = completionScript(commands, shell);
    return {code: 'COMPLETION.PRINTED', exitCode: 0, data: {shell, script}, text: script};
  },
});
