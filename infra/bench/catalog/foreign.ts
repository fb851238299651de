/**
 * Repositories that nobody here wrote, what is in them, and questions about them with the files that answer them.
 *
 * Facts and questions were written by hand before the first analysis ran on them, from reading the sources and counting with `find`, `grep`
 * and `wc`; they are not adjusted to what is found. Where what is found differs, the report says so.
 */

/** How the sources are come by. */
export type Source =
  /** A package among the installed dependencies that ships its sources; `without` are folders of build results. */
  | { readonly kind: 'installed'; readonly name: string; readonly version: string; readonly without: readonly string[] }
  /** A Debian source package of the release that this machine runs; `without` are what Debian added. */
  | { readonly kind: 'debian'; readonly name: string; readonly version: string; readonly without: readonly string[] };

/** One thing that is in the repository. */
export type Fact =
  | { readonly what: 'language'; readonly name: string; readonly files: number; readonly lines: number }
  | { readonly what: 'package'; readonly name: string; readonly manager: string; readonly dependencies: number }
  | { readonly what: 'command' | 'framework' | 'entry'; readonly name: string }
  /** Distinct pairs of importing and imported file, and the file that most import with how many do. */
  | { readonly what: 'imports'; readonly edges: number; readonly hub: string; readonly hubCount: number; readonly unresolved: number }
  /** A declaration, found by searching for its name. */
  | { readonly what: 'symbol'; readonly name: string; readonly container: string; readonly path: string; readonly line: number };

/** A question as somebody would ask who does not know the names, and the files of which one answers it. */
export type Question = readonly [ask: string, files: readonly string[]];

export interface ForeignRepository {
  readonly name: string;
  readonly source: Source;
  readonly facts: readonly Fact[];
  readonly questions: readonly Question[];
}

const OP = 'src/internal/operators';
const OBS = 'src/internal/observable';

const RXJS: ForeignRepository = {
  name: 'rxjs (TypeScript)',
  source: { kind: 'installed', name: 'rxjs', version: '7.8.2', without: ['dist'] },
  facts: [
    { what: 'language', name: 'TypeScript', files: 251, lines: 21_373 },
    { what: 'package', name: 'rxjs', manager: 'npm', dependencies: 62 },
    { what: 'command', name: 'test' },
    { what: 'command', name: 'compile' },
    { what: 'command', name: 'dtslint' },
    { what: 'framework', name: 'Mocha' },
    { what: 'framework', name: 'Rollup' },
    { what: 'entry', name: 'src/index.ts' },
    // One leads nowhere: `src/Rx.global.js`, the only JavaScript file, asks for a build result. It had been overlooked, and was put right.
    { what: 'imports', edges: 1_210, hub: 'src/internal/types.ts', hubCount: 177, unresolved: 1 },
    { what: 'symbol', name: 'switchMap', container: '', path: `${OP}/switchMap.ts`, line: 85 },
    { what: 'symbol', name: 'Observable', container: '', path: 'src/internal/Observable.ts', line: 15 },
    { what: 'symbol', name: 'ReplaySubject', container: '', path: 'src/internal/ReplaySubject.ts', line: 37 },
  ],
  questions: [
    ['wait for a pause in the values before emitting the last one', [`${OP}/debounceTime.ts`, `${OP}/debounce.ts`]],
    ['repeat a failed subscription a number of times', [`${OP}/retry.ts`]],
    ['combine the latest values of several observables', [`${OBS}/combineLatest.ts`, `${OP}/combineLatest.ts`, `${OP}/combineLatestWith.ts`]],
    ['subject that remembers old values for new subscribers', ['src/internal/ReplaySubject.ts']],
    ['cancel the previous inner observable when a new value arrives', [`${OP}/switchMap.ts`]],
    ['emit an error when nothing arrives in time', [`${OP}/timeout.ts`, `${OP}/timeoutWith.ts`]],
    ['turn DOM events into an observable', [`${OBS}/fromEvent.ts`]],
    ['group values by a key', [`${OP}/groupBy.ts`]],
    ['first value of an observable as a promise', ['src/internal/firstValueFrom.ts']],
    ['run a callback when the observable completes or is unsubscribed', [`${OP}/finalize.ts`]],
    ['collect all values into an array', [`${OP}/toArray.ts`]],
    ['only values that differ from the one before', [`${OP}/distinctUntilChanged.ts`, `${OP}/distinctUntilKeyChanged.ts`]],
    ['accumulate values and emit each intermediate result', [`${OP}/scan.ts`]],
    ['scheduler with virtual time for tests', ['src/internal/scheduler/VirtualTimeScheduler.ts', 'src/internal/testing/TestScheduler.ts']],
    ['parse marble diagrams', ['src/internal/testing/TestScheduler.ts']],
    ['send an HTTP request with XMLHttpRequest', ['src/internal/ajax/ajax.ts']],
    ['web socket that behaves like a subject', [`${OBS}/dom/WebSocketSubject.ts`, `${OBS}/dom/webSocket.ts`]],
    ['share one subscription among many subscribers', [`${OP}/share.ts`, `${OP}/shareReplay.ts`, `${OP}/publish.ts`]],
    ['error with several causes thrown while unsubscribing', ['src/internal/util/UnsubscriptionError.ts']],
    ['delay each value by a time', [`${OP}/delay.ts`]],
    ['wait until all observables complete and emit their last values', [`${OBS}/forkJoin.ts`]],
    ['numbers in increasing order at fixed intervals', [`${OBS}/interval.ts`, `${OBS}/timer.ts`]],
    ['handle an error by continuing with another observable', [`${OP}/catchError.ts`]],
    ['drop values while the inner observable is still running', [`${OP}/exhaustMap.ts`]],
  ],
};

const J = 'src/jinja2';

const JINJA: ForeignRepository = {
  name: 'jinja2 (Python)',
  source: { kind: 'debian', name: 'jinja2', version: '3.1.2', without: ['.pc', 'debian'] },
  facts: [
    { what: 'language', name: 'Python', files: 60, lines: 22_381 },
    { what: 'package', name: 'Jinja2', manager: 'pip', dependencies: 1 },
    { what: 'framework', name: 'pytest' },
    { what: 'framework', name: 'tox' },
    { what: 'imports', edges: 164, hub: `${J}/__init__.py`, hubCount: 23, unresolved: 0 },
    { what: 'symbol', name: 'Environment', container: '', path: `${J}/environment.py`, line: 142 },
    { what: 'symbol', name: 'get_template', container: 'Environment', path: `${J}/environment.py`, line: 976 },
    { what: 'symbol', name: 'Lexer', container: '', path: `${J}/lexer.py`, line: 472 },
    { what: 'symbol', name: 'LRUCache', container: '', path: `${J}/utils.py`, line: 424 },
    { what: 'symbol', name: 'do_tojson', container: '', path: `${J}/filters.py`, line: 1_677 },
  ],
  questions: [
    ['load templates from a directory of the file system', [`${J}/loaders.py`]],
    ['split the template source into tokens', [`${J}/lexer.py`]],
    ['compile the syntax tree to python code', [`${J}/compiler.py`]],
    ['restrict which attributes a template may access', [`${J}/sandbox.py`]],
    ['filter that sorts a sequence', [`${J}/filters.py`]],
    ['escape text for html', [`${J}/filters.py`, `${J}/utils.py`, `${J}/runtime.py`]],
    ['loop variable with index and length', [`${J}/runtime.py`]],
    ['object for an undefined variable that raises when used', [`${J}/runtime.py`]],
    ['cache compiled bytecode in memcached', [`${J}/bccache.py`]],
    ['translate strings with gettext', [`${J}/ext.py`]],
    ['find all undeclared variables of a template', [`${J}/meta.py`]],
    ['rewrite the traceback so that it shows template lines', [`${J}/debug.py`]],
    ['least recently used cache', [`${J}/utils.py`]],
    ['fold constant expressions', [`${J}/optimizer.py`]],
    ['test whether a number is even', [`${J}/tests.py`]],
    ['parse an if statement', [`${J}/parser.py`]],
    ['exception for a template that does not exist', [`${J}/exceptions.py`]],
    ['render templates to native python types', [`${J}/nativetypes.py`]],
    ['visit all nodes of the tree', [`${J}/visitor.py`]],
    ['track which names are stored and loaded in a scope', [`${J}/idtracking.py`]],
    ['make urls in text clickable', [`${J}/utils.py`, `${J}/filters.py`]],
    ['generate lorem ipsum text', [`${J}/utils.py`]],
    ['await a value when it is awaitable', [`${J}/async_utils.py`]],
    ['range function with a maximum in the sandbox', [`${J}/sandbox.py`]],
  ],
};

const COBRA: ForeignRepository = {
  name: 'cobra (Go)',
  source: { kind: 'debian', name: 'golang-github-spf13-cobra', version: '1.6.1', without: ['.pc', 'debian'] },
  facts: [
    { what: 'language', name: 'Go', files: 36, lines: 14_378 },
    { what: 'package', name: 'github.com/spf13/cobra', manager: 'go', dependencies: 4 },
    { what: 'command', name: 'test' },
    { what: 'command', name: 'lint' },
    { what: 'command', name: 'install_deps' },
    { what: 'framework', name: "Go's testing" },
    { what: 'framework', name: 'GitHub Actions' },
    { what: 'symbol', name: 'Command', container: '', path: 'command.go', line: 48 },
    { what: 'symbol', name: 'ExecuteC', container: 'Command', path: 'command.go', line: 981 },
    { what: 'symbol', name: 'ExactArgs', container: '', path: 'args.go', line: 94 },
  ],
  questions: [
    ['require an exact number of arguments', ['args.go']],
    ['generate a completion script for bash', ['bash_completions.go', 'bash_completionsV2.go']],
    ['completion for the fish shell', ['fish_completions.go']],
    ['zsh completion file', ['zsh_completions.go']],
    ['powershell completion', ['powershell_completions.go']],
    ['write man pages for a command tree', ['doc/man_docs.go']],
    ['markdown documentation of commands', ['doc/md_docs.go']],
    ['documentation as yaml', ['doc/yaml_docs.go']],
    ['restructured text documentation', ['doc/rest_docs.go']],
    ['flags that are required together', ['flag_groups.go']],
    ['flags that exclude each other', ['flag_groups.go']],
    ['suggest similar commands for a misspelled one', ['command.go']],
    ['levenshtein distance of two strings', ['cobra.go']],
    ['add a subcommand to its parent', ['command.go']],
    ['mark a flag as required', ['shell_completions.go']],
    ['complete file names with given extensions for a flag', ['shell_completions.go']],
    ['run functions when a command is initialized', ['cobra.go']],
    ['hint text shown during completion', ['active_help.go']],
    ['find the command for the given arguments', ['command.go']],
    ['print the usage of a command', ['command.go']],
    ['message when started by double click on windows', ['command_win.go', 'command_notwin.go']],
    ['register a function that completes values of a flag', ['completions.go']],
    ['turn off the default completion command', ['completions.go']],
    ['persistent flags of parent commands', ['command.go']],
  ],
};

export const FOREIGN: readonly ForeignRepository[] = [RXJS, JINJA, COBRA];
