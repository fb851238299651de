/** One place where a committed file breaks a rule of the house. */
export interface Violation {
  readonly path: string;
  /** Counted from 1; undefined when it is about the whole file. */
  readonly line?: number;
  readonly message: string;
}

/** What the rules need to know about the machine they run on. */
export interface Machine {
  /** Absolute path of this checkout. */
  readonly root: string;
  /** The home folder of whoever runs the check. */
  readonly home: string;
}

const CODE = /\.(?:ts|tsx|js|mjs|cjs|css)$/;
const MAX_CODE_LINES = 400;
/** Two words that mean "not finished". Spelt in two halves, so that this file passes its own rule. */
const UNFINISHED = new RegExp(`\\b(?:${'TO'}DO|${'FIX'}ME)\\b`);
const REGISTRY = /\bhttps?:\/\/[^\s"'`/]*(?:registry|artifactory|nexus|verdaccio|pkgs)[^\s"'`/]*/i;
/** Homes of nobody, used in examples and tests. */
const PLACEHOLDER_HOMES = ['you', 'user', 'me', 'ada', 'alice', 'bob', 'grace', 'dev', 'runner'];
const SOMEBODYS_HOME = new RegExp(`(?:^|[\\s"'\`=(:])/(?:home|Users)/(?!(?:${PLACEHOLDER_HOMES.join('|')})\\b)[A-Za-z][\\w.-]*/`, 'i');

/**
 * Every rule on one file. `text` is its content, `path` is relative to the root, with slashes.
 *
 * These are the rules that no linter of ours can see: they concern every committed file, whatever its language.
 */
export function checkFile(path: string, text: string, machine: Machine): Violation[] {
  const violations = text.split('\n').flatMap((line, index) => lineProblems(path, line, machine).map((message) => ({ path, line: index + 1, message })));
  const length = CODE.test(path) ? codeLines(text) : 0;
  if (length <= MAX_CODE_LINES) return violations;
  return [...violations, { path, message: `has ${length} lines of code; above ${MAX_CODE_LINES} it is two files: split it by what changes together` }];
}

/** True for files that count as code, and therefore have a length. */
export function isCode(path: string): boolean {
  return CODE.test(path);
}

/** Lines that are neither blank nor comment only. Good enough to compare files; no parser needed for that. */
export function codeLines(text: string): number {
  const withoutBlockComments = text.replace(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*$/gm, '');
  return withoutBlockComments.split('\n').filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}

function lineProblems(path: string, line: string, machine: Machine): string[] {
  const problems: string[] = [];
  if (UNFINISHED.test(line)) problems.push('says that something is unfinished: finish it, or open an issue and say here what holds today');
  if (mentionsMachine(line, machine)) problems.push('names a path of one machine: make it relative, or take it from the environment');
  if (REGISTRY.test(line)) problems.push('names a package registry: whoever clones this has their own (.npmrc of the user, not of the project)');
  if (path.endsWith('package-lock.json') && /"resolved": "https?:/.test(line)) {
    problems.push('holds a download address: install with the `omit-lockfile-registry-resolved` of .npmrc');
  }
  return problems;
}

function mentionsMachine(line: string, { root, home }: Machine): boolean {
  // A short home such as /root is an ordinary word of documentation; the checkout's own path never is.
  const own = [root, home].filter((path) => path.length > '/root'.length);
  return own.some((path) => line.includes(path)) || SOMEBODYS_HOME.test(line);
}
