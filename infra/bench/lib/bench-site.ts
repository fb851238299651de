import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreatedInvite, PlanTree, PlanView, ProjectView, Redeemed, RunOutcome } from '@maestro/protocol';
import { Api } from '../../rig/api.js';
import { ensureWorkspace, signInAsOwner } from '../../rig/owner.js';
import { StudioProcess } from '../../rig/studio.js';
import { StubMachine } from '../../rig/stub-machine.js';
import type { StubOptions } from '../../rig/stub-machine.js';
import { findPostgresBin, findRedisServer, makeTempFolder, startPostgres, startRedis } from '../../test-support/index.js';
import type { TempFolder, TestPostgres, TestRedis } from '../../test-support/index.js';
import { CannotRun } from './bench.js';
import { within } from './within.js';

const COMMIT = 'a'.repeat(40);
const TREE = 'b'.repeat(40);
const OTHER_TREE = 'c'.repeat(40);

/** What an agent's work comes to when nobody looks at it. */
export const PRODUCED: RunOutcome = { kind: 'produced', head: 'd'.repeat(40), tree: TREE, base: COMMIT, baseTree: OTHER_TREE, tip: COMMIT, commits: 1, filesChanged: 1, finalMessage: '' } as RunOutcome;

const STUBS_OF_A_MEMBER = 150;

/** A studio as a team runs it, on a PostgreSQL and a Redis of its own, with one workspace and a member whom all stubs act as. */
export class BenchSite {
  private projects = 0;

  private constructor(
    private readonly folder: TempFolder,
    readonly postgres: TestPostgres,
    private readonly redis: TestRedis,
    public studio: StudioProcess,
    readonly api: Api,
    readonly workspace: string,
    readonly token: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @throws CannotRun where PostgreSQL or Redis is not installed. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<BenchSite> {
    if (findPostgresBin() === undefined || findRedisServer() === undefined) throw new CannotRun('PostgreSQL and Redis are needed, and one of them is not installed. On Debian: apt-get install postgresql redis-server');
    const folder = await makeTempFolder('bench');
    const postgres = await startPostgres();
    const redis = await startRedis();
    try {
      return await BenchSite.start(folder, postgres, redis, env);
    } catch (error) {
      await redis.stop();
      await postgres.stop();
      throw error;
    }
  }

  private static async start(folder: TempFolder, postgres: TestPostgres, redis: TestRedis, env: Readonly<Record<string, string>>): Promise<BenchSite> {
    const home = join(folder.path, 'home');
    await mkdir(home, { recursive: true });
    // An access token that outlives every bench, so that none is one about refreshing.
    const settings = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, HOME: home, MAESTRO_ACCESS_TOKEN_MINUTES: '60', MAESTRO_AUTH_ATTEMPTS_PER_MINUTE: '10000', MAESTRO_LOG_LEVEL: 'warn', ...env };
    const studio = await StudioProcess.start({ dataDir: join(folder.path, 'studio'), port: 0, logFile: join(folder.path, 'studio.log'), env: settings });
    const api = await signInAsOwner(studio.url, folder.path);
    const workspace = await ensureWorkspace(api, 'bench', 'Bench');
    return new BenchSite(folder, postgres, redis, studio, api, workspace, await newMember(studio.url, api, workspace), settings);
  }

  get redisUrl(): string {
    return this.redis.url;
  }

  get logFile(): string {
    return join(this.folder.path, 'studio.log');
  }

  /** Anything may be measured once, whatever the project before was left in: each bench takes a new one. */
  async project(policy: Readonly<Record<string, unknown>> = {}): Promise<ProjectView> {
    this.projects += 1;
    const key = `B${this.projects}X`;
    return this.api.post<ProjectView>(`/workspaces/${this.workspace}/projects`, { key, name: key, provider: 'gitlab', remote: `https://git.example.com/bench/${key.toLowerCase()}.git`, baseBranch: 'main', policy });
  }

  /** A plan of tasks that depend on nothing, running, with its epic branch made (a stub says so). */
  async activePlan(project: ProjectView, tasks: number, title = 'Bench'): Promise<PlanTree> {
    const proposal = { title, goal: 'To be measured.', phases: [{ title: 'All', tasks: Array.from({ length: tasks }, (_none, number) => ({ key: `t${number}`, title: `Task ${number}` })) }] };
    const tree = await this.api.post<PlanTree>(`/projects/${project.id}/plans/import`, { text: JSON.stringify(proposal) });
    await this.api.post<PlanView>(`/plans/${tree.id}/activate`);
    const stub = this.stub(project, { name: 'bootstrap', purposes: ['bootstrap_epic'], capacity: 1 });
    const offered = new Promise<string>((resolve) => (stub.onAvailable = resolve));
    await stub.connect();
    const held = await stub.claim((await stub.offers())[0] ?? (await within(20_000, 'the epic branch to be due', offered)));
    await stub.start(held);
    await stub.finish(held, { kind: 'bootstrapped', tip: COMMIT } as RunOutcome);
    await stub.close();
    return tree;
  }

  stub(project: ProjectView, options: Partial<StubOptions> = {}): StubMachine {
    return new StubMachine({ url: this.studio.url, token: this.token, project: project.id, ...options });
  }

  /** As many machines as a bench wants, numbered from 0. A credential may have 200 sockets, so a crowd is of several members. */
  async stubs(project: ProjectView, count: number, options: (number: number) => Partial<StubOptions>): Promise<readonly StubMachine[]> {
    const machines: StubMachine[] = [];
    for (let token = ''; machines.length < count; ) {
      if (machines.length % STUBS_OF_A_MEMBER === 0) token = await newMember(this.studio.url, this.api, this.workspace);
      machines.push(this.stub(project, { ...options(machines.length), token }));
    }
    return machines;
  }

  async restart(): Promise<void> {
    const { port } = this.studio.ready;
    this.studio = await StudioProcess.start({ dataDir: join(this.folder.path, 'studio'), port, logFile: this.logFile, env: this.env });
  }

  async close(): Promise<void> {
    await this.studio.stop();
    await this.redis.stop();
    await this.postgres.stop();
    await this.folder.remove();
  }
}

/** @returns the access token of somebody new in the workspace. */
async function newMember(url: string, api: Api, workspace: string): Promise<string> {
  const { token } = await api.post<CreatedInvite>(`/workspaces/${workspace}/invites`, { role: 'admin' });
  return (await new Api(url).post<Redeemed>('/auth/redeem', { token, name: 'stubs' })).tokens.accessToken;
}
