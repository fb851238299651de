import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../rig/folders.js';
import { git } from '../../rig/sample/repository.js';
import { makeTempFolder } from '../../test-support/index.js';
import { uuidV7 } from '../../rig/uuid-v7.js';

const run = promisify(execFile);

/*
 * The daemon's own vault and landing, loaded as built: these are parts without a door of their own, and a daemon around them would
 * be measured with them.
 */

interface Answer<T> {
  readonly ok: boolean;
  readonly value: T;
  readonly refusal: { readonly sentence: string };
}
export interface Landing {
  compute(approved: object): Promise<{ readonly kind: string; readonly tree: string }>;
  commit(request: object): Promise<string>;
  recordIntent(intent: object): Promise<object>;
  push(intent: object): Promise<{ readonly kind: string; readonly sentence?: string }>;
  clearIntent(subject: string): Promise<void>;
}
export interface GitRig {
  readonly folder: string;
  readonly remote: string;
  readonly vault: { readonly gitDir: string; readonly folder: string; fetch(branches: readonly string[]): Promise<Answer<ReadonlyMap<string, string | null>>>; bootstrapEpic(request: object): Promise<Answer<{ readonly tip: string }>>; upkeep(): Promise<unknown> };
  readonly landing: Landing;
  /** Of the epic branch. */
  readonly tip: string;
  remove(): Promise<void>;
}

export const EPIC = 'epic/bench-a1b2c3';
const WHO = { GIT_AUTHOR_NAME: 'Bench', GIT_AUTHOR_EMAIL: 'bench@example.com', GIT_COMMITTER_NAME: 'Bench', GIT_COMMITTER_EMAIL: 'bench@example.com' };

/** Plain git with a name for its commits. */
export const asPerson = (cwd: string, args: readonly string[]): Promise<string> => git(cwd, args, WHO);

/** A repository of so many files of a few kilobytes in folders of fifty, a machine's vault of it, and an epic branch. */
export async function openGitRig(files: number): Promise<GitRig> {
  const scratch = await makeTempFolder('bench-git');
  const folder = scratch.path;
  const remote = join(folder, 'remote.git');
  await asPerson(folder, ['init', '-q', '--bare', '-b', 'main', remote]);
  await importBranches(remote, [{ branch: 'main', from: null, files: Object.fromEntries(Array.from({ length: files }, (_none, number) => [fileName(number), contentOf(number)])) }]);
  const { vault, landing } = await machine(join(folder, 'home'), remote);
  const epic = await vault.bootstrapEpic({ epicBranch: EPIC, baseBranch: 'main' });
  if (!epic.ok) throw new Error(epic.refusal.sentence);
  return { folder, remote, vault, landing, tip: epic.value.tip, remove: () => scratch.remove() };
}

/** A commit that writes these files, on top of another and as the tip of a branch. */
export interface NewCommit {
  readonly branch: string;
  /** `null`: on top of what was imported to the branch before, if anything was. */
  readonly from: string | null;
  readonly files: Readonly<Record<string, string>>;
}

/** Into a bare repository, by one git and without a checkout: writing thousands of files and adding them again takes longer than all that is measured. */
export async function importBranches(repository: string, branches: readonly NewCommit[]): Promise<void> {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const stream = branches.map(({ branch, from, files }) => [
    `commit refs/heads/${branch}\ncommitter Bench <bench@example.com> 1700000000 +0000\n${data(`Make ${branch}`)}`,
    from === null ? '' : `from ${from}\n`,
    ...Object.entries(files).map(([path, content]) => `M 100644 inline ${path}\n${data(content)}`),
  ]);
  const importing = run('git', ['fast-import', '--quiet'], { cwd: repository, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...WHO } });
  importing.child.stdin?.end(stream.flat().join(''));
  await importing;
}

export function fileName(number: number): string {
  return `src/part-${Math.floor(number / 50)}/file-${number}.ts`;
}

function contentOf(number: number): string {
  return `// ${number}\n${Array.from({ length: 60 }, (_none, line) => `export const value${line} = ${number * 61 + line};`).join('\n')}\n`;
}

async function machine(home: string, remote: string): Promise<Pick<GitRig, 'vault' | 'landing'>> {
  const load = async (path: string): Promise<Record<string, never>> => (await import(pathToFileURL(join(ROOT, 'daemon/dist', path)).href)) as Record<string, never>;
  const [{ Git }, { systemClock }, { VaultStore }, { LandingService }] = await Promise.all([
    load('platform/git.js'), load('platform/clock.js'), load('features/vault/index.js'), load('features/landing/index.js'),
  ]);
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  await mkdir(home, { recursive: true });
  const opened = Git as unknown as { open(options: object): Promise<object> };
  const clock = (systemClock as unknown as () => object)();
  const store = new (VaultStore as unknown as new (options: object) => { open(request: object): Promise<Answer<GitRig['vault']>> })({ home, git: await opened.open({ emptyHome: join(home, 'git-home'), path }), clock });
  const vault = await store.open({ projectId: uuidV7(), remote: { kind: 'path', path: remote }, baseBranch: 'main' });
  if (!vault.ok) throw new Error(vault.refusal.sentence);
  return {
    vault: vault.value,
    landing: new (LandingService as unknown as new (vault: object, who: object) => Landing)(vault.value, { name: 'Maestro', email: 'maestro@localhost' }),
  };
}
