import { runProcess } from '../../platform/process.js';
import { credentialSettings } from '../vault/index.js';

/** A person's own clone, which Maestro reads three settings of and otherwise leaves alone. */
export interface Clone {
  /** Absolute path of its top folder. */
  readonly path: string;
  /** Where it was cloned from, as git says it; may hold credentials. Absent when it has no `origin`. */
  readonly origin: string | undefined;
}

export interface UserGit {
  readonly path: string;
  readonly userHome: string;
}

/** The clone that `folder` is in; absent when it is in none. */
export async function findClone(user: UserGit, folder: string): Promise<Clone | undefined> {
  const top = await userGit(user, folder, ['rev-parse', '--show-toplevel']);
  if (top === undefined) return undefined;
  const path = top.replace(/\n$/, '');
  // Through git, because `url.<base>.insteadOf` makes addresses that only git can read.
  const origin = await userGit(user, path, ['remote', 'get-url', 'origin']);
  return { path, origin: origin?.trim() };
}

/** What git needs to reach the remote as this person does: `credential.*` and `http.*`, for the trusted command. */
export async function readCredentialSettings(user: UserGit, folder: string): Promise<readonly string[]> {
  const listing = await userGit(user, folder, ['config', '--null', '--get-regexp', '^(credential|http)\\.']);
  return listing === undefined ? [] : credentialSettings(listing, user.userHome);
}

/** The person's git with the person's settings: it reads configuration and runs nothing else. */
async function userGit(user: UserGit, cwd: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runProcess({
    command: 'git',
    args,
    cwd,
    env: { PATH: user.path, HOME: user.userHome, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
    timeoutMs: 10_000,
    maxOutputBytes: 1024 * 1024,
  });
  return result.code === 0 ? result.stdout.toString('utf8') : undefined;
}
