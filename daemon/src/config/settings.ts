import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseFailpoint } from './failpoint.js';
import type { Failpoint } from './failpoint.js';

/** A variable that Maestro's command reads. The reference of settings is made from this list, and a test holds the two together. */
export interface Variable {
  readonly name: string;
  readonly doc: string;
  /** Whether its value must never be shown or passed on. */
  readonly secret: boolean;
}

export const VARIABLES = {
  home: { name: 'MAESTRO_HOME', doc: 'Folder of everything Maestro keeps on this machine. Default `~/.maestro`.', secret: false },
  studio: { name: 'MAESTRO_STUDIO', doc: 'Address of the studio to use when this machine knows several. Default: the one signed in to last.', secret: false },
  secretKey: { name: 'MAESTRO_SECRET_KEY', doc: 'Key of the encrypted secret file (`--secret-store file`), at least 16 characters.', secret: true },
  logLevel: { name: 'MAESTRO_LOG_LEVEL', doc: 'What the daemon logs: `debug`, `info` (default), `warn` or `error`.', secret: false },
  rehearsal: { name: 'MAESTRO_REHEARSAL', doc: 'Script file of the `rehearsal` agent, for demonstrations and tests.', secret: false },
  diskBudget: { name: 'MAESTRO_DISK_BUDGET', doc: 'Room that Maestro may take on this machine, such as `20G` or `800M`; at least `100M`. Default `50G`. Over it, the daemon removes what nothing needs, what can be made again, and what is kept elsewhere: see `maestro disk`.', secret: false },
  spareLanes: { name: 'MAESTRO_SPARE_LANES', doc: 'Lanes that are made ahead of time for each connected project, so that a task does not wait for its files. 0 to 16; default 2.', secret: false },
  otlpEndpoint: { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', doc: 'Base address of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. Runs are traced there. Without it nothing is traced from here.', secret: false },
  otlpHeaders: { name: 'OTEL_EXPORTER_OTLP_HEADERS', doc: 'Headers for that collector: `name=value`, comma-separated.', secret: true },
  leash: { name: 'MAESTRO_LEASH_FD', doc: 'File descriptor of a pipe to whoever started the command: when it closes, because they are gone, the command stops as it does on Ctrl-C.', secret: false },
  failpoint: { name: 'MAESTRO_FAILPOINT', doc: 'For tests: `<point>:<n>` ends the daemon like a crash when it reaches that point of a landing, or of removing what nothing needs from a vault, for the n-th time. Points are `landing:computed`, `landing:committed`, `landing:recorded`, `landing:granted`, `landing:pushed` and `landing:told`, and `prune:copied`, `prune:decided`, `prune:added` and `prune:removed`.', secret: false },
  noColor: { name: 'NO_COLOR', doc: 'Any value: no colours. Colours are used on a terminal only in any case.', secret: false },
} as const satisfies Record<string, Variable>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says, read once and passed down. */
export interface Settings {
  /** `$MAESTRO_HOME`, absolute. */
  readonly home: string;
  readonly userHome: string;
  /** Program search path, for git and agents. */
  readonly path: string;
  readonly studio: string | undefined;
  readonly secretKey: string | undefined;
  readonly logLevel: LogLevel;
  readonly rehearsal: string | undefined;
  /** Bytes. Undefined: what the variable says is not a size. */
  readonly diskBudget: number | undefined;
  /** What cannot be read as 0 to 16 counts as the default. */
  readonly spareLanes: number;
  /** Where runs are traced to. */
  readonly collector: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  /** A pipe to whoever started this; 0 without one. */
  readonly leashFd: number;
  /** Where a test has this process die. */
  readonly failpoint: Failpoint | undefined;
  readonly noColor: boolean;
  /** The terminal can only write line after line. */
  readonly dumbTerminal: boolean;
  readonly sshAuthSock: string | undefined;
  /** The whole environment but for the leash, which is this process's alone; for the allow-list of agents. Holds secrets: never logged, never passed on as it is. */
  readonly environment: Readonly<Record<string, string>>;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const userHome = env['HOME'] ?? homedir();
  const level = env[VARIABLES.logLevel.name];
  return {
    home: resolve(text(env[VARIABLES.home.name]) ?? join(userHome, '.maestro')),
    userHome,
    path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    studio: text(env[VARIABLES.studio.name]),
    secretKey: text(env[VARIABLES.secretKey.name]),
    logLevel: LOG_LEVELS.find((each) => each === level) ?? 'info',
    rehearsal: text(env[VARIABLES.rehearsal.name]),
    diskBudget: readSize(text(env[VARIABLES.diskBudget.name]) ?? DEFAULT_DISK_BUDGET),
    spareLanes: /^(\d|1[0-6])$/.test(env[VARIABLES.spareLanes.name] ?? '') ? Number(env[VARIABLES.spareLanes.name]) : DEFAULT_SPARE_LANES,
    collector: collectorOf(text(env[VARIABLES.otlpEndpoint.name]), env[VARIABLES.otlpHeaders.name] ?? ''),
    leashFd: /^\d{1,3}$/.test(env[VARIABLES.leash.name] ?? '') ? Number(env[VARIABLES.leash.name]) : 0,
    failpoint: parseFailpoint(env[VARIABLES.failpoint.name] ?? ''),
    noColor: (env[VARIABLES.noColor.name] ?? '') !== '',
    dumbTerminal: (text(env['TERM']) ?? 'dumb') === 'dumb',
    sshAuthSock: text(env['SSH_AUTH_SOCK']),
    environment: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== VARIABLES.leash.name)),
  };
}

const DEFAULT_SPARE_LANES = 2;
const DEFAULT_DISK_BUDGET = '50G';
/** Less holds no vault and one lane of anything, and would only make the daemon throw away what it made a moment ago. */
const SMALLEST_DISK_BUDGET = 100 * 1024 ** 2;

/** Bytes of a size such as `20G`, `1.5 GiB` or `800M`; units are powers of 1,024. Undefined when it is not one, or too small to work with. */
export function readSize(given: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)\s*([MGT])(?:i?B)?$/i.exec(given.trim()) ?? [];
  const bytes = Math.round(Number(number) * 1024 ** (2 + 'MGT'.indexOf(unit.toUpperCase())));
  return bytes >= SMALLEST_DISK_BUDGET ? bytes : undefined;
}

function collectorOf(endpoint: string | undefined, headers: string): Settings['collector'] {
  if (endpoint === undefined || !/^https?:\/\//.test(endpoint)) return undefined;
  const pairs = headers.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const];
  });
  return { endpoint: endpoint.replace(/\/+$/, ''), headers: Object.fromEntries(pairs) };
}

/** An empty variable is one that is not set, as everywhere else on Unix. */
function text(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
