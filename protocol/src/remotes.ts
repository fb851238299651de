import { Provider } from './http/projects.js';
import type { Remote } from './methods/packet.js';
import { ok, refuse } from './result.js';
import type { Result } from './result.js';

/**
 * Git addresses come in many spellings; a project is found by any of them.
 *
 * - **address**: what a person typed or `git remote get-url origin` printed.
 * - **place**: what the address means: a host and the repository's path there, or a path on one machine.
 * - **normalized remote**: the one spelling of a place, `<provider>:<owner>/<repo>`, compared byte by byte. A host that is not the
 *   provider's own public one is named too, `gitea:git.acme.io:<owner>/<repo>`: two companies' servers may both hold a `web/shop`.
 *   (A colon, since a GitLab group may be called `git.acme.io` and no path holds a colon.)
 */
export type Place =
  | { readonly kind: 'hosted'; readonly host: string; readonly path: string; readonly remote: Remote; /** Said by the address itself, which only the normalized form does. */ readonly provider?: HostedProvider }
  | { readonly kind: 'path'; readonly path: string; readonly remote: Remote };

type HostedProvider = Exclude<Provider, 'manual'>;

/** A place together with who serves it. */
export interface NormalizedRemote {
  readonly provider: Provider;
  readonly normalized: string;
  /** What machines clone from: the address as given, without credentials. */
  readonly remote: Remote;
  /** The repository's own name, for a first guess at the project's. */
  readonly repository: string;
}

const PUBLIC_HOST: Readonly<Record<HostedProvider, string>> = { github: 'github.com', gitlab: 'gitlab.com', gitea: 'gitea.com' };
const HOSTED = Object.keys(PUBLIC_HOST) as readonly HostedProvider[];

/** Other names of the public hosts. The `ssh.` ones answer on port 443, for networks that let nothing else out. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['www.github.com', 'github.com'],
  ['ssh.github.com', 'github.com'],
  ['www.gitlab.com', 'gitlab.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['www.gitea.com', 'gitea.com'],
]);

const KNOWN_HOSTS: ReadonlyMap<string, HostedProvider> = new Map([['github.com', 'github'], ['gitlab.com', 'gitlab'], ['gitea.com', 'gitea'], ['codeberg.org', 'gitea']]);
/** Servers of one's own often say what they are in their first label, as `gitlab.acme.io` does. */
const KNOWN_LABELS: ReadonlyMap<string, HostedProvider> = new Map([['github', 'github'], ['gitlab', 'gitlab'], ['gitea', 'gitea'], ['forgejo', 'gitea']]);

const URL_FORM = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/]*)@)?([^/:@]*|\[[0-9a-f:.]*\])(?::(\d*))?(?:\/(.*))?$/i;
const SCP_FORM = /^(?:([^@/:]+)@)?([^@/:]+|\[[0-9a-f:.]+\]):(?!\/\/)(.+)$/i;
const SHORT_FORM = /^(github|gitlab|gitea):(?:([^:/@]+):)?([^:@]+)$/i;

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;
const SSH_USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
/** A first segment that begins with "-" could be read as an option by a program that gets it as an argument. */
const REPOSITORY_PATH = /^[A-Za-z0-9._~+][A-Za-z0-9._~+-]*(?:\/[A-Za-z0-9._~+-]+)+$/;

/**
 * Reads an address: `https://`, `ssh://`, `git@host:owner/repo`, the normalized form itself, or an absolute path (also as `file://`).
 * Ports, users, credentials, `.git`, trailing slashes and the case of letters make no difference to a hosted place; case does to a path.
 *
 * Refuses with `remote_invalid` or `remote_scheme`. The sentence never quotes the address, which may hold a password.
 */
export function readPlace(address: string): Result<Place> {
  const text = address.trim();
  if (text.startsWith('/')) return pathPlace(text);
  const file = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(text)?.[1];
  if (file !== undefined) return pathPlace(file);
  if (text.startsWith('manual:/')) return pathPlace(text.slice('manual:'.length));
  const short = SHORT_FORM.exec(text);
  if (short !== null) return shortPlace(short);
  const url = URL_FORM.exec(text);
  return url === null ? scpPlace(text) : urlPlace(url);
}

/**
 * Names a place: with the provider that was said, or with the one its host tells.
 *
 * Refuses with `provider_unknown` when neither says it, and with `provider_mismatch` when they contradict each other.
 */
export function nameRemote(place: Place, said: Provider | undefined): Result<NormalizedRemote> {
  if (place.kind === 'path') {
    if (said !== undefined && said !== Provider.manual) return mismatch(`A path on one machine is provider "manual", not "${said}". Leave the provider out, or give the repository's URL.`);
    return ok({ provider: Provider.manual, normalized: `manual:${place.path}`, remote: place.remote, repository: lastSegment(place.path).replace(/\.git$/, '') });
  }
  if (said === Provider.manual) return mismatch('Provider "manual" means an absolute path on one machine, and this is an address. Leave the provider out, or give the path.');
  const byHost = providerOf(place.host);
  const chosen = said ?? place.provider;
  if (byHost !== undefined && chosen !== undefined && byHost !== chosen && KNOWN_HOSTS.has(place.host)) {
    return mismatch(`${place.host} is ${byHost}, not ${chosen}. Leave the provider out.`);
  }
  const provider = chosen ?? byHost;
  if (provider === undefined) {
    return refuse('unprocessable', 'provider_unknown', `It is not known what kind of server ${place.host} is. Say the provider: github, gitlab or gitea.`);
  }
  if (provider === Provider.github && place.path.split('/').length !== 2) return invalid('A GitHub repository is named by owner and name, as in https://github.com/acme/shop.');
  return ok({ provider, normalized: normalizedName(provider, place), remote: place.remote, repository: lastSegment(place.path) });
}

/** Every normalized remote that a place can be stored under, for finding its project without knowing the provider. */
export function possibleNames(place: Place): readonly string[] {
  return place.kind === 'path' ? [`manual:${place.path}`] : HOSTED.map((provider) => normalizedName(provider, place));
}

function normalizedName(provider: HostedProvider, place: { readonly host: string; readonly path: string }): string {
  return PUBLIC_HOST[provider] === place.host ? `${provider}:${place.path}` : `${provider}:${place.host}:${place.path}`;
}

function providerOf(host: string): HostedProvider | undefined {
  return KNOWN_HOSTS.get(host) ?? KNOWN_LABELS.get(host.split('.', 1)[0] ?? '');
}

function shortPlace([, name = '', said, path = '']: RegExpExecArray): Result<Place> {
  const provider = name.toLowerCase() as HostedProvider;
  const host = said ?? PUBLIC_HOST[provider];
  const place = hostedPlace(host, path, (clean) => `https://${host}/${clean}.git`);
  return place.ok && place.value.kind === 'hosted' ? ok({ ...place.value, provider }) : place;
}

function urlPlace([, scheme = '', user = '', host = '', port = '', path = '']: RegExpExecArray): Result<Place> {
  const at = port === '' ? host : `${host}:${port}`;
  switch (scheme.toLowerCase()) {
    case 'https':
      // A user name in an https address is as often a token as not, so neither is kept.
      return hostedPlace(host, path, (clean) => `https://${at}/${clean}`);
    case 'ssh':
    case 'git+ssh': {
      const name = user.split(':', 1)[0] ?? '';
      if (name !== '' && !SSH_USER.test(name)) return invalid('The user name in this ssh address has characters that Maestro does not accept.');
      return hostedPlace(host, path, (clean) => `ssh://${name === '' ? '' : `${name}@`}${at}/${clean}`);
    }
    default:
      return refuse('unprocessable', 'remote_scheme', `Maestro fetches over https and ssh, not over "${scheme.toLowerCase()}". Give the repository's https or ssh address.`);
  }
}

function scpPlace(text: string): Result<Place> {
  const [, user = '', host = '', path = ''] = SCP_FORM.exec(text) ?? [];
  if (user !== '' && !SSH_USER.test(user)) return invalid('The user name in this ssh address has characters that Maestro does not accept.');
  return hostedPlace(host, path, (clean) => `${user === '' ? '' : `${user}@`}${host}:${clean}`);
}

function hostedPlace(host: string, path: string, url: (path: string) => string): Result<Place> {
  const lower = host.toLowerCase();
  if (!HOST.test(lower)) return invalid('This is not an address of a repository. Give one such as https://github.com/acme/shop.git or git@github.com:acme/shop.git, or an absolute path.');
  const segments = decoded(path).split('/').filter((segment) => segment !== '');
  const clean = segments.join('/').replace(/(?:\.git)+$/i, '');
  if (!REPOSITORY_PATH.test(clean) || segments.some((segment) => segment === '.' || segment === '..')) {
    return invalid('The address must name the owner and the repository, in letters, digits and . _ ~ + -, as in https://github.com/acme/shop.');
  }
  return ok({ kind: 'hosted', host: ALIASES.get(lower) ?? lower, path: clean.toLowerCase(), remote: { kind: 'url', url: url(segments.join('/')) } });
}

function pathPlace(text: string): Result<Place> {
  // Control characters, which no terminal shows, have no place in a path that people compare by eye.
  if (/\p{Cc}/u.test(text)) return invalid('The path has control characters.');
  const segments: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  // A repository's own folder and the `.git` inside it are one repository; `shop.git` beside `shop` is another.
  if (segments.at(-1) === '.git') segments.pop();
  if (segments.length === 0) return invalid('The path must name a repository, not the root of the file system.');
  const path = `/${segments.join('/')}`;
  return ok({ kind: 'path', path, remote: { kind: 'path', path } });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const invalid = (sentence: string): Result<never> => refuse('unprocessable', 'remote_invalid', sentence);
const mismatch = (sentence: string): Result<never> => refuse('unprocessable', 'provider_mismatch', sentence);
