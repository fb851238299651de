/** A language by the name that people and reports use. `parser` is absent where only lines are counted. */
interface Language {
  readonly name: string;
  readonly extensions: readonly string[];
  readonly files?: readonly string[];
  /** Words of a `#!` line. */
  readonly interpreters?: readonly string[];
}

const LANGUAGES: readonly Language[] = [
  { name: 'TypeScript', extensions: ['ts', 'tsx', 'mts', 'cts'] },
  { name: 'JavaScript', extensions: ['js', 'jsx', 'mjs', 'cjs'], interpreters: ['node', 'deno', 'bun'] },
  { name: 'Vue', extensions: ['vue'] },
  { name: 'Svelte', extensions: ['svelte'] },
  { name: 'Python', extensions: ['py', 'pyi', 'pyw'], interpreters: ['python', 'python3', 'python2'] },
  { name: 'Go', extensions: ['go'] },
  { name: 'Rust', extensions: ['rs'] },
  { name: 'Java', extensions: ['java'] },
  { name: 'Kotlin', extensions: ['kt', 'kts'] },
  { name: 'Scala', extensions: ['scala', 'sc'] },
  { name: 'C', extensions: ['c'] },
  { name: 'C++', extensions: ['cpp', 'cc', 'cxx', 'hpp', 'hh', 'hxx', 'h++'] },
  { name: 'C#', extensions: ['cs'] },
  { name: 'Objective-C', extensions: ['m', 'mm'] },
  { name: 'Swift', extensions: ['swift'] },
  { name: 'PHP', extensions: ['php'], interpreters: ['php'] },
  { name: 'Ruby', extensions: ['rb', 'rake', 'gemspec'], files: ['rakefile', 'gemfile'], interpreters: ['ruby'] },
  { name: 'Shell', extensions: ['sh', 'bash', 'zsh', 'ksh'], interpreters: ['sh', 'bash', 'zsh', 'dash', 'ksh'] },
  { name: 'PowerShell', extensions: ['ps1', 'psm1'], interpreters: ['pwsh'] },
  { name: 'Perl', extensions: ['pl', 'pm'], interpreters: ['perl'] },
  { name: 'Lua', extensions: ['lua'], interpreters: ['lua'] },
  { name: 'Elixir', extensions: ['ex', 'exs'] },
  { name: 'Erlang', extensions: ['erl', 'hrl'] },
  { name: 'Haskell', extensions: ['hs'] },
  { name: 'Dart', extensions: ['dart'] },
  { name: 'Zig', extensions: ['zig'] },
  { name: 'Assembly', extensions: ['s', 'asm'] },
  { name: 'SQL', extensions: ['sql'] },
  { name: 'HTML', extensions: ['html', 'htm'] },
  { name: 'CSS', extensions: ['css', 'scss', 'sass', 'less'] },
  { name: 'Markdown', extensions: ['md', 'mdx', 'markdown'] },
  { name: 'reStructuredText', extensions: ['rst'] },
  { name: 'JSON', extensions: ['json', 'jsonc', 'json5'] },
  { name: 'YAML', extensions: ['yml', 'yaml'] },
  { name: 'TOML', extensions: ['toml'] },
  { name: 'XML', extensions: ['xml', 'xsd'] },
  { name: 'Protocol Buffers', extensions: ['proto'] },
  { name: 'GraphQL', extensions: ['graphql', 'gql'] },
  { name: 'Terraform', extensions: ['tf'] },
  { name: 'Makefile', extensions: ['mk'], files: ['makefile', 'gnumakefile'], interpreters: ['make'] },
  { name: 'Dockerfile', extensions: ['dockerfile'], files: ['dockerfile', 'containerfile'] },
];

const BY_EXTENSION = new Map(LANGUAGES.flatMap(({ name, extensions }) => extensions.map((extension) => [extension, name] as const)));
const BY_FILE = new Map(LANGUAGES.flatMap(({ name, files = [] }) => files.map((file) => [file, name] as const)));
const BY_INTERPRETER = new Map(LANGUAGES.flatMap(({ name, interpreters = [] }) => interpreters.map((interpreter) => [interpreter, name] as const)));

/** Languages whose files are parsed for symbols and imports. The others are counted. */
export const PARSED: ReadonlySet<string> = new Set(['TypeScript', 'JavaScript', 'Vue', 'Svelte', 'Python', 'Go', 'Rust', 'Java', 'C', 'C++', 'C#', 'PHP', 'Ruby', 'Shell']);

/** Languages that say what is built, rather than prose or data about it: they decide what a repository is mostly written in. */
export const PROSE_AND_DATA: ReadonlySet<string> = new Set(['Markdown', 'reStructuredText', 'JSON', 'YAML', 'TOML', 'XML', 'HTML', 'CSS']);

/** By name alone; undefined where the name does not tell. */
function languageOfName(path: string): string | undefined {
  const file = (path.split('/').at(-1) ?? '').toLowerCase();
  const known = BY_FILE.get(file) ?? BY_FILE.get(file.split('.')[0] ?? '');
  const dot = file.lastIndexOf('.');
  if (dot <= 0) return known;
  return BY_EXTENSION.get(file.slice(dot + 1)) ?? known;
}

/**
 * By name and, where that does not tell or is shared by two languages, by content.
 *
 * @param head the first few hundred characters are enough.
 */
export function languageOf(path: string, head: string): string | undefined {
  const extension = /\.([^./]+)$/.exec(path.toLowerCase())?.[1];
  // Headers belong to either language; only C++ has these words.
  if (extension === 'h') return /^\s*(class|namespace|template|using)\b|\bstd::|^\s*(public|private|protected):/m.test(head) ? 'C++' : 'C';
  return languageOfName(path) ?? languageOfShebang(head);
}

function languageOfShebang(head: string): string | undefined {
  const line = /^#!\s*(\S+)(?:[ \t]+(.*))?/.exec(head);
  if (line === null) return undefined;
  const words = [line[1] ?? '', ...(line[2] ?? '').split(/\s+/)].map((word) => (word.split('/').at(-1) ?? '').replace(/[\d.]+$/, ''));
  const interpreter = words.find((word) => word !== 'env' && word !== '' && !word.startsWith('-') && !word.includes('='));
  return interpreter === undefined ? undefined : BY_INTERPRETER.get(interpreter);
}
