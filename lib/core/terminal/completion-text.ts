export interface CompletedCommand {
  /** As typed: `goal list`. */
  words: string;
  flags: { name: string; allowNo?: boolean; options?: readonly string[] }[];
}

export const SHELLS = ['bash', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

/** zsh runs bash's functions after this. A `.zshrc` may not have set up its own completion before. */
const BEFORE: Record<Shell, string> = {
  bash: '',
  zsh: `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
autoload -U +X bashcompinit && bashcompinit
`,
};

/** A script that completes commands and flags. Where neither is expected, the shell offers file names. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  const next = new Map<string, Set<string>>();
  const add = (before: string, word: string) => next.set(before, (next.get(before) ?? new Set()).add(word));
  for (const { words } of commands) {
    const parts = words.split(' ');
    for (const [index, part] of parts.entries()) add(parts.slice(0, index).join(' '), part);
  }
  const flags = commands.map(({ words, flags: all }): [string, Iterable<string>] => [
    words,
    all.flatMap(({ name, allowNo }) => [`--${name}`, ...(allowNo ? [`--no-${name}`] : [])]),
  ]);
  const values = commands.flatMap(({ words, flags: all }) =>
    all.flatMap(({ name, options }): [string, Iterable<string>][] =>
      options ? [[`${words} --${name}`, options]] : [],
    ),
  );
  return `${BEFORE[shell]}${table('commands', next)}
${table('flags', flags)}
${table('values', values)}
_immersion() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command='' index word
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case " $(_immersion_commands "$command") " in
      *" $word "*) command="\${command:+$command }$word" ;;
    esac
  done
  local offered="$(_immersion_values "$command $previous")"
  if [ -z "$offered" ]; then
    case "$current" in
      -*) offered="$(_immersion_flags "$command")" ;;
      *) offered="$(_immersion_commands "$command")" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}
complete -o default -F _immersion immersion
`;
}

/** A shell function that prints the words for its argument. */
function table(name: string, rows: Iterable<[string, Iterable<string>]>): string {
  const cases = Array.from(rows, ([key, words]) => `    '${key}') echo '${[...words].join(' ')}' ;;`);
  return [`_immersion_${name}() {`, '  case "$1" in', ...cases, '  esac', '}'].join('\n');
}
