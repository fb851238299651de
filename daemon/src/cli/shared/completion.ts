import type { Place } from '../command.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A script that completes commands, options and the values of options; where none is known, the shell completes files. */
export function completionScript(shell: (typeof SHELLS)[number], places: readonly Place[]): string {
  switch (shell) {
    case 'bash':
      return bash(places);
    case 'zsh':
      return zsh(places);
    case 'fish':
      return fish(places);
  }
}

const pathOf = (place: Place): string => place.path.join(' ');
const known = (places: readonly Place[]): string => places.filter((place) => place.path.length > 0).map((place) => `"${pathOf(place)}"`).join('|');
/** Options whose next word is not one that we know: left to the shell. */
const valued = (places: readonly Place[]) => places.flatMap((place) => place.options.filter((option) => option.takesValue).map((option) => ({ at: `${pathOf(place)} ${option.flag}`.trim(), values: option.values })));

function bash(places: readonly Place[]): string {
  return [
    '# maestro completion for bash: source <(maestro completion bash)',
    '_maestro() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" at="" next i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    next="${at:+$at }${COMP_WORDS[i]}"',
    `    case "$next" in ${known(places)}) at="$next" ;; esac`,
    '  done',
    '  COMPREPLY=()',
    '  case "${at:+$at }$previous" in',
    ...valued(places).map(({ at, values }) => `    ${quoted(at)}) ${values.length === 0 ? '' : `COMPREPLY=($(compgen -W ${quoted(values.join(' '))} -- "$current")); `}return ;;`),
    '  esac',
    '  case "$at" in',
    ...places.map((place) => `    ${quoted(pathOf(place))}) COMPREPLY=($(compgen -W ${quoted([...place.words.map(({ word }) => word), ...place.options.map(({ flag }) => flag)].join(' '))} -- "$current")) ;;`),
    '  esac',
    '}',
    'complete -o default -F _maestro maestro',
  ].join('\n');
}

function zsh(places: readonly Place[]): string {
  const describe = (word: string, summary: string) => quoted(`${word.replaceAll(':', '\\:')}:${summary}`);
  return [
    '#compdef maestro',
    '# maestro completion for zsh: a file _maestro in a folder of $fpath',
    '_maestro() {',
    // `path` would be the shell's own search path here.
    '  local at="" next i',
    '  local -a choices',
    '  for ((i = 2; i < CURRENT; i++)); do',
    '    next="${at:+$at }${words[i]}"',
    `    case "$next" in ${known(places)}) at="$next" ;; esac`,
    '  done',
    '  case "${at:+$at }${words[CURRENT-1]}" in',
    ...valued(places).map(({ at, values }) => `    ${quoted(at)}) ${values.length === 0 ? '_files' : `compadd -- ${values.map(quoted).join(' ')}`}; return ;;`),
    '  esac',
    '  case "$at" in',
    ...places.map((place) => `    ${quoted(pathOf(place))}) choices=(${[...place.words.map(({ word, summary }) => describe(word, summary)), ...place.options.map(({ flag, summary }) => describe(flag, summary))].join(' ')}) ;;`),
    '  esac',
    "  _describe 'maestro' choices",
    '  _files',
    '}',
    'if [ "$funcstack[1]" = "_maestro" ]; then _maestro "$@"; else compdef _maestro maestro; fi',
  ].join('\n');
}

function fish(places: readonly Place[]): string {
  return [
    '# maestro completion for fish: maestro completion fish > ~/.config/fish/completions/maestro.fish',
    'function __maestro_at',
    '  set -l at ""',
    '  for word in (commandline -opc)[2..-1]',
    '    set -l next (string trim "$at $word")',
    `    contains -- "$next" ${places.filter((place) => place.path.length > 0).map((place) => quoted(pathOf(place))).join(' ')}; and set at "$next"`,
    '  end',
    '  test "$at" = "$argv[1]"',
    'end',
    ...places.flatMap((place) => {
      const condition = `-n ${quoted(`__maestro_at "${pathOf(place)}"`)}`;
      const words = place.words.map(({ word, summary }) => `complete -c maestro -f ${condition} -a ${quoted(word)} -d ${quoted(summary)}`);
      const options = place.options.map(({ flag, summary, takesValue, values }) => {
        const name = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
        const value = !takesValue ? '' : values.length === 0 ? ' -r' : ` -x -a ${quoted(values.join(' '))}`;
        return `complete -c maestro ${condition} ${name}${value} -d ${quoted(summary)}`;
      });
      return [...words, ...options];
    }),
  ].join('\n');
}

/** One word of a shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
