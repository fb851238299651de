import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Failpoint } from '../config/failpoint.js';
import { systemClock } from '../platform/clock.js';
import type { Clock } from '../platform/clock.js';
import { failpointsOf } from '../platform/failpoints.js';
import { Git } from '../platform/git.js';
import { GitSandbox } from '../platform/git-sandbox.js';
import { runProcess } from '../platform/process.js';
import { LaneService } from '../features/lanes/index.js';
import type { AgentIdentity, Lane } from '../features/lanes/index.js';
import type { ImportPolicy } from '../features/quarantine/index.js';
import { LandingService } from '../features/landing/index.js';
import { VaultStore } from '../features/vault/index.js';
import type { GitVault } from '../features/vault/index.js';

/** Real repositories in a temporary folder, driven with the machine's git. */

export const PATH = process.env['PATH'] ?? '/usr/bin:/bin';
export const AGENT: AgentIdentity = { name: 'Ada Agent', email: 'ada@agents.test' };

export interface Scratch {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function scratchFolder(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'maestro-git-'));
  return {
    folder,
    // `rm` rather than Node: tests make paths that are too long for it.
    remove: () => runProcess({ command: '/bin/rm', args: ['-rf', '--', folder], cwd: '/', env: {} }).then(() => undefined),
  };
}

/** git as a person or an agent runs it: with hooks, configuration and everything, but for the settings of the machine. */
export async function userGit(cwd: string, args: readonly string[], options: { env?: Record<string, string>; mayFail?: boolean; stdin?: string | Uint8Array } = {}): Promise<string> {
  const env = {
    PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Pat Person',
    GIT_AUTHOR_EMAIL: 'pat@people.test',
    GIT_COMMITTER_NAME: 'Pat Person',
    GIT_COMMITTER_EMAIL: 'pat@people.test',
    LC_ALL: 'C',
    ...options.env,
  };
  const result = await runProcess({ command: 'git', args, cwd, env, ...(options.stdin === undefined ? {} : { stdin: options.stdin }), timeoutMs: 60_000 });
  if (result.code !== 0 && options.mayFail !== true) throw new Error(`git ${args.join(' ')} in ${cwd}: ${result.stderr.toString('utf8')}`);
  return result.stdout.toString('utf8').trimEnd();
}

/** git as the agent of a lane runs it: with the identity that the lane configures. */
export function agentGit(lane: Pick<Lane, 'path'>, args: readonly string[], options: { mayFail?: boolean; stdin?: string | Uint8Array } = {}): Promise<string> {
  const env = { GIT_AUTHOR_NAME: AGENT.name, GIT_AUTHOR_EMAIL: AGENT.email, GIT_COMMITTER_NAME: AGENT.name, GIT_COMMITTER_EMAIL: AGENT.email };
  return userGit(lane.path, args, { ...options, env });
}

export async function putFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

export const SHOP_FILES: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n',
  '.gitignore': 'node_modules/\n*.log\n',
  'src/cart.ts': 'export const cart = [];\n',
  'src/price.ts': 'export function price(items) {\n  return items.length;\n}\n',
  'src/tax.ts': 'export const tax = 0.19;\n',
};

/** A bare remote with one commit on `main`. Answers its path and that commit. */
export async function makeRemote(folder: string, files: Readonly<Record<string, string | Uint8Array>> = SHOP_FILES): Promise<{ remote: string; seed: string; main: string }> {
  const seed = join(folder, 'seed');
  const remote = join(folder, 'remote.git');
  await mkdir(seed);
  await userGit(seed, ['init', '-q', '-b', 'main']);
  await putFiles(seed, files);
  await userGit(seed, ['add', '-A']);
  await userGit(seed, ['commit', '-q', '-m', 'Start']);
  await userGit(folder, ['clone', '-q', '--bare', seed, remote]);
  return { remote, seed, main: await userGit(seed, ['rev-parse', 'HEAD']) };
}

export interface Machine {
  readonly home: string;
  readonly vault: GitVault;
  readonly lanes: LaneService;
  readonly landing: LandingService;
}

export const PROJECT = '0198b2a0-0000-7000-8000-000000000001';
export const EPIC = 'epic/shop-x1y2z3';

let sandbox: Promise<GitSandbox | null> | undefined;

/** One machine of the project: a vault and what works on it, in a home of its own. */
export async function openMachine(home: string, remote: string, options: { policy?: Partial<ImportPolicy>; sandbox?: boolean; spares?: number; clock?: Clock; failpoint?: Failpoint } = {}): Promise<Machine> {
  await mkdir(home, { recursive: true });
  const git = await Git.open({ emptyHome: join(home, 'git-home'), path: PATH });
  const store = new VaultStore({ home, git, clock: systemClock() });
  const opened = await store.open({ projectId: PROJECT, remote: { kind: 'path', path: remote }, baseBranch: 'main' });
  if (!opened.ok) throw new Error(opened.refusal.sentence);
  sandbox ??= GitSandbox.find({ path: PATH, cwd: '/' });
  const found = options.sandbox === false ? null : await sandbox;
  const lanes = new LaneService({ vault: opened.value, clock: options.clock ?? systemClock(), sandbox: found, spares: options.spares ?? 0, ...(options.policy === undefined ? {} : { policy: options.policy }) });
  return { home, vault: opened.value, lanes, landing: new LandingService(opened.value, { name: 'Maestro', email: 'maestro@localhost' }, failpointsOf(options.failpoint)) };
}

/** A scratch folder with a remote, a machine and a bootstrapped epic. */
export async function shopWithEpic(files?: Readonly<Record<string, string | Uint8Array>>): Promise<Machine & { scratch: Scratch; remote: string; seed: string; tip: string }> {
  const scratch = await scratchFolder();
  const { remote, seed } = await makeRemote(scratch.folder, files);
  const machine = await openMachine(join(scratch.folder, 'home'), remote);
  const epic = await machine.vault.bootstrapEpic({ epicBranch: EPIC, baseBranch: 'main' });
  if (!epic.ok) throw new Error(epic.refusal.sentence);
  return { ...machine, scratch, remote, seed, tip: epic.value.tip };
}

let serial = 0;
/** Ids like the real ones, different each time. */
export function newId(): string {
  serial += 1;
  return `0198b2a0-0000-7000-8000-${String(serial).padStart(12, '0')}`;
}

/** A fresh lane from the epic's tip. */
export async function newLane(machine: Machine, tip: string, taskId: string = newId()): Promise<Lane> {
  const prepared = await machine.lanes.prepare({ taskId, branch: `maestro/shop-${taskId.slice(-4)}`, upstream: EPIC, identity: AGENT, start: { kind: 'epic', tip } });
  if (!prepared.ok) throw new Error(prepared.refusal.sentence);
  return prepared.value.lane;
}
