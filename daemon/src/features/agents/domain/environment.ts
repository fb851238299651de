/**
 * What an agent's environment holds. An allow-list, because a deny-list would have to know every secret that somebody may have exported:
 * whatever is not named here, or by the agent's own preset, does not reach it.
 */

const COMMON = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TERM',
  'COLORTERM',
  'TMPDIR',
  'TZ',
  // Where programs keep their settings and caches.
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  // How the machine reaches the network.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
];

/** Variables that the daemon itself is configured by start so; some hold secrets, so none of them is ever passed on. */
const OWN_PREFIX = 'MAESTRO_';

/** Where the tools of a run are, for `maestro mcp` below the agent. The token acts on that run only and dies with it. */
export const TOOLS_SOCKET_VARIABLE = 'MAESTRO_TOOLS_SOCKET';
export const TOOLS_TOKEN_VARIABLE = 'MAESTRO_TOOLS_TOKEN';

export interface EnvironmentRequest {
  /** The environment that the daemon was started in. */
  readonly host: Readonly<Record<string, string>>;
  /** Further names that this agent reads: its keys and its configuration. A trailing `*` stands for any ending. */
  readonly allow: readonly string[];
  /** Added as given; wins over `host`. */
  readonly add?: Readonly<Record<string, string>>;
  readonly tools?: { readonly socketPath: string; readonly token: string };
}

/** The environment of an agent: what the list allows of `host`, then what the run adds. */
export function agentEnvironment(request: EnvironmentRequest): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.host)) {
    if (!name.startsWith(OWN_PREFIX) && isAllowed(name, request.allow)) env[name] = value;
  }
  Object.assign(env, request.add);
  if (request.tools !== undefined) {
    env[TOOLS_SOCKET_VARIABLE] = request.tools.socketPath;
    env[TOOLS_TOKEN_VARIABLE] = request.tools.token;
  }
  return env;
}

function isAllowed(name: string, allow: readonly string[]): boolean {
  if (COMMON.includes(name) || name.startsWith('LC_')) return true;
  return allow.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}
