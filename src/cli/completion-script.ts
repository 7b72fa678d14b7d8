import {unreachable} from '../kit/unreachable.ts';

/** A command as a shell knows it. */
export interface CompletedCommand {
  /** `feed verify` */
  readonly words: string;
  /** `--place`, those of every command included. */
  readonly options: readonly string[];
}

export const shells = ['bash', 'zsh', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** What may follow the words that stand there: further words of commands, by those before them. */
const nextWords = (commands: readonly CompletedCommand[]): ReadonlyMap<string, readonly string[]> => {
  const next = new Map<string, Set<string>>();
  for (const {words} of commands) {
    const [first = '', second] = words.split(' ');
    next.set('', (next.get('') ?? new Set()).add(first));
    if (second !== undefined) next.set(first, (next.get(first) ?? new Set()).add(second));
  }
  return new Map([...next].map(([before, after]) => [before, [...after].toSorted()]));
};

/** The words of the catalogue of commands are letters and hyphens: nothing here has to be quoted for a shell. */
const bash = (commands: readonly CompletedCommand[]): string => {
  const following = [...nextWords(commands)].map(([before, words]) => `    '${before}') words='${words.join(' ')}' ;;`);
  const options = commands.map(({words, options: all}) => `    '${words}'|'${words} '*) words='${all.join(' ')}' ;;`);
  return `# Completion of stopgap for bash: source <(stopgap completion bash)
_stopgap() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before words=''
  before="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
  if [[ $current == -* ]]; then
    case "$before" in
${options.map((line) => `  ${line}`).join('\n')}
    esac
  else
    case "$before" in
${following.map((line) => `  ${line}`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
# What is no word of stopgap is a file.
complete -o default -F _stopgap stopgap
`;
};

const zsh = (commands: readonly CompletedCommand[]): string =>
  `# Completion of stopgap for zsh, by its emulation of bash: source <(stopgap completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(commands).split('\n').slice(1).join('\n')}`;

const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

const powershell = (commands: readonly CompletedCommand[]): string => {
  const following = [...nextWords(commands)].map(([before, words]) => `    '${before}' = ${list(words)}`);
  const options = commands.map(({words, options: all}) => `    '${words}' = ${list(all)}`);
  return `# Completion of stopgap for PowerShell, in your profile: stopgap completion powershell | Out-String | Invoke-Expression
$stopgapWords = @{
${following.join('\n')}
}
$stopgapOptions = @{
${options.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName 'stopgap', 'stopgap.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -ne '' -and $before.Count -gt 0) { $before = @($before | Select-Object -SkipLast 1) }
    $two = ($before | Select-Object -First 2) -join ' '
    $one = ($before | Select-Object -First 1) -join ' '
    $candidates = if (-not $wordToComplete.StartsWith('-')) { $stopgapWords[$before -join ' '] }
    elseif ($stopgapOptions.ContainsKey($two)) { $stopgapOptions[$two] }
    else { $stopgapOptions[$one] }
    $candidates | Where-Object { $_ -like "$wordToComplete*" }
}
`;
};

export const completionScript = (commands: readonly CompletedCommand[], shell: Shell): string => {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'powershell':
      return powershell(commands);
    default:
      return unreachable(shell);
  }
};
