/**
 * What every trusted git command runs with. A repository's config, hooks and attributes, the user's own settings and the daemon's
 * environment can all make git run programs; so the environment is made from nothing and the settings are pinned by `-c`, which
 * nothing in a repository overrides.
 */

/** Which transports a command may use. `none` for everything that has no business with another repository. */
export type GitProtocols = 'none' | 'file' | 'network';

export interface GitEnvironmentOptions {
  /** An empty directory that only the daemon writes: git would read attributes and settings from a real home. */
  readonly emptyHome: string;
  /** The PATH that git, ssh and credential helpers are found on. */
  readonly path: string;
  /** The user's ssh agent, for `network` commands only. */
  readonly sshAuthSock?: string | undefined;
  readonly protocols: GitProtocols;
  /** `check-ignore` refuses to work with literal pathspecs; everything else must have them. */
  readonly literalPathspecs: boolean;
  /**
   * More settings as `[key, value]`, passed in the environment rather than by `-c`: they may hold credentials, and a process list
   * shows arguments to everybody.
   */
  readonly settings: readonly (readonly [key: string, value: string])[];
}

const ALLOWED_PROTOCOLS: Readonly<Record<GitProtocols, string>> = { none: '', file: 'file', network: 'https:ssh' };

export function gitEnvironment(options: GitEnvironmentOptions): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: options.path,
    HOME: options.emptyHome,
    XDG_CONFIG_HOME: options.emptyHome,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    // An empty HOME is not enough: a planted ~/.gitconfig is found again through the password file by some helpers.
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    // A replace ref in the vault would show one commit and merge another.
    GIT_NO_REPLACE_OBJECTS: '1',
    // A lane that poses as a partial clone would otherwise have its own program run to fetch what is missing.
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: ALLOWED_PROTOCOLS[options.protocols],
  };
  if (options.literalPathspecs) environment['GIT_LITERAL_PATHSPECS'] = '1';
  if (options.protocols === 'network' && options.sshAuthSock !== undefined) environment['SSH_AUTH_SOCK'] = options.sshAuthSock;
  if (options.settings.length > 0) {
    environment['GIT_CONFIG_COUNT'] = String(options.settings.length);
    options.settings.forEach(([key, value], index) => {
      environment[`GIT_CONFIG_KEY_${index}`] = key;
      environment[`GIT_CONFIG_VALUE_${index}`] = value;
    });
  }
  return environment;
}

/** Pinned by `-c` in front of every command. `-c diff.external=` is missing on purpose: it breaks `git diff` instead of disarming it. */
export const PINNED_SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.untrackedCache=false',
  // An index that trusts size and time alone believes a forged file.
  'core.trustctime=true',
  'core.checkStat=default',
  // Warnings about line ends would count as "could not be read in full".
  'core.safecrlf=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.bareRepository=explicit',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=all',
  'fetch.fsckObjects=true',
  'fetch.unpackLimit=1',
  'fetch.fsck.gitattributesSymlink=error',
  'merge.renames=true',
  // `true` moves a reviewed file into a directory that a sibling renamed, and says nothing.
  'merge.directoryRenames=conflict',
  'merge.renameLimit=7000',
  'merge.conflictStyle=merge',
  'commit.gpgSign=false',
  'push.gpgSign=false',
  'i18n.commitEncoding=UTF-8',
  'advice.addEmbeddedRepo=false',
];

export function pinnedArguments(): string[] {
  return PINNED_SETTINGS.flatMap((setting) => ['-c', setting]);
}

/** One word of a POSIX shell command. Needed in one place: git hands `--upload-pack` to a shell, and paths may hold anything. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
