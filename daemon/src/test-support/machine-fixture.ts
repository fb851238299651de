import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Policy } from '@maestro/protocol';
import type { ProjectView } from '@maestro/protocol';
import { analysisKit } from '../features/analysis/index.js';
import { agentEnvironment, createAgents } from '../features/agents/index.js';
import { JournalStore } from '../features/journal/index.js';
import { Places } from '../features/sessions/index.js';
import type { MachinePorts } from '../features/sessions/index.js';
import { systemClock } from '../platform/clock.js';
import type { Clock } from '../platform/clock.js';
import { Git } from '../platform/git.js';
import { GitSandbox } from '../platform/git-sandbox.js';
import { LivingProcesses } from '../platform/living-processes.js';
import { newId } from '../platform/new-id.js';
import { ownFile } from '../platform/own-files.js';
import { reapLeftovers } from '../platform/process.js';
import type { PacketInput } from './fake-studio.js';
import { PATH, userGit } from './git-fixture.js';

const PARSER_MAIN = ownFile('bundle/parser.js');

export const EPIC_BRANCH = 'epic/cart-x1y2z3';

/** A project with a bare remote in a temporary folder, a machine that may work on it, and the packets that a studio would give. */
export interface MachineFixture {
  readonly home: string;
  readonly remote: string;
  readonly projectId: string;
  readonly problems: { readonly id: string; readonly detail: unknown }[];
  readonly news: { readonly kind: string; readonly text: string }[];
  readonly ports: MachinePorts;
  /** Ids of one task, as every packet about it names it. */
  task(key: string): NonNullable<PacketInput['task']>;
  packet(purpose: PacketInput['purpose'], more?: Partial<PacketInput>): PacketInput;
  git(...args: string[]): Promise<string>;
  /** The lid is closed for so long: the steady clock goes on, and nothing else does. */
  sleep(ms: number): void;
  /** Makes a program; returns its path. The agent `shell` runs the one at `agent`. */
  script(name: string, lines: readonly string[]): Promise<string>;
}

export async function makeMachine(folder: string, options: { readonly policy?: Partial<Policy> } = {}): Promise<MachineFixture> {
  const home = join(folder, 'home');
  const remote = join(folder, 'shop.git');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await seedRemote(folder, remote);
  const system = systemClock();
  let slept = 0;
  const clock: Clock = { ...system, steady: () => system.steady() + slept };
  const ids = { project: newId(), plan: newId(), tasks: new Map<string, string>() };
  const problems: MachineFixture['problems'] = [];
  const news: { kind: string; text: string }[] = [];
  const host = { PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const agents = createAgents({ host, clock, commands: [{ name: 'shell', command: join(folder, 'agent'), args: [] }] });
  const git = await Git.open({ emptyHome: join(home, 'git-home'), path: PATH });
  const policy = Policy.parse(options.policy ?? {});
  const view = { id: ids.project, workspaceId: newId(), key: 'SHOP', name: 'Shop', provider: 'manual', normalizedRemote: `manual:${remote}`, remote: { kind: 'path', path: remote }, baseBranch: 'main', policy, createdAt: new Date(0).toISOString() } as ProjectView;
  const task = (key: string): NonNullable<PacketInput['task']> => {
    const id = ids.tasks.get(key) ?? newId();
    ids.tasks.set(key, id);
    return { id, key, title: `Work on ${key}`, description: 'Do it.', acceptanceCriteria: ['It is done.'], textVersion: 1, branch: `maestro/${key.toLowerCase()}-work`, answers: [], notes: [] };
  };
  const machineId = newId();
  return {
    home,
    remote,
    projectId: ids.project,
    problems,
    news,
    task,
    packet: (purpose, more = {}) => ({
      run: newId(),
      purpose,
      attempt: 1,
      revision: 0,
      repair: 0,
      project: { id: ids.project, key: 'SHOP', remote: { kind: 'path', path: remote }, baseBranch: 'main' },
      plan: { id: ids.plan, title: 'Cart', goal: 'A cart.', epicBranch: EPIC_BRANCH, baseBranch: 'main' },
      policy,
      agent: 'shell',
      ...more,
    }),
    git: (...args) => userGit(remote, args),
    sleep: (ms) => {
      slept += ms;
    },
    script: async (name, lines) => {
      const path = join(folder, name);
      await writeFile(path, `#!/bin/sh\n${lines.join('\n')}\n`);
      await chmod(path, 0o755);
      return path;
    },
    ports: {
      clock,
      random: Math.random,
      newId: () => newId(),
      version: '0.0.0-test',
      hostname: 'test',
      machineId: () => Promise.resolve(machineId),
      agents,
      slots: { machine: undefined, agents: {} },
      journals: new JournalStore(join(home, 'runs'), clock),
      places: new Places({ home, git, sandbox: await GitSandbox.find({ path: PATH, cwd: folder }), clock }),
      tokens: () => Promise.resolve({ access: () => Promise.resolve({ ok: true, token: 'token' }), afterRejection: () => Promise.resolve({ ok: true, token: 'token' }) }),
      project: () => Promise.resolve(view),
      credentialSettings: () => Promise.resolve([]),
      tell: (kind, text) => news.push({ kind, text }),
      teamSigns: undefined,
      lead: {
        clock,
        newId: () => newId(),
        home,
        runs: join(home, 'runs'),
        workers: join(home, 'workers'),
        logs: join(home, 'logs'),
        program: { command: '/bin/false', args: [] },
        host: {},
        journals: (folder) => new JournalStore(folder, clock),
        make: () => Promise.reject(new Error('no_teams')),
        close: () => Promise.resolve(),
      },
      runPorts: {
        clock,
        random: Math.random,
        newId: () => newId(),
        agents,
        toolHandlers: new Map(),
        // The shell agent speaks no MCP: it gets no tools, as any such program.
        grants: { grant: () => ({ command: '/bin/false', args: [], socketPath: '/nonexistent', token: 'none', names: [] }), revoke: () => undefined },
        commandEnv: agentEnvironment({ host, allow: [] }),
        // The parsers run as a program of their own, so the built one is taken.
        analysis: analysisKit({ folder: join(home, 'git-home'), projects: join(home, 'projects'), path: PATH, parserMain: PARSER_MAIN }),
        sweep: async (marker, processes) => void (await reapLeftovers([{ pid: 0, startTime: '', marker }, ...processes.map((each) => ({ ...each, marker }))])),
        living: new LivingProcesses(clock),
        onProblem: (problem) => problems.push(problem),
      },
    },
  };
}

async function seedRemote(folder: string, remote: string): Promise<void> {
  const clone = join(folder, 'seed');
  await userGit(folder, ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await userGit(folder, ['clone', '--quiet', remote, clone]);
  await writeFile(join(clone, 'README.md'), 'Shop\n');
  await writeFile(join(clone, 'cart.txt'), 'one\ntwo\nthree\n');
  await userGit(clone, ['add', '-A']);
  await userGit(clone, ['commit', '--quiet', '-m', 'First']);
  await userGit(clone, ['push', '--quiet', 'origin', 'HEAD:main']);
}
