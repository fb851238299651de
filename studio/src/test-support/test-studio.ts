import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import type { CreatedInvite, Redeemed, UserView, WorkspaceView } from '@maestro/protocol';
import { expect } from 'vitest';
import { readConfig } from '../config/index.js';
import { Clock } from '../platform/clock/index.js';
import type { OpenDatabase } from '../platform/database/index.js';
import type { Failpoints } from '../platform/failpoints/index.js';
import { createLog } from '../platform/logging/index.js';
import { LoopRunner } from '../platform/loops/index.js';
import { startStudio } from '../studio.js';
import type { Studio } from '../studio.js';
import { declareAnswers } from './answer-check.js';
import { routesOf } from './routes.js';
import { TestClient } from './test-client.js';

/** The real time, moved, or one moment for as long as a test needs it. */
class ShiftedClock extends Clock {
  offsetMs = 0;
  heldAt: Date | undefined;

  now(): Date {
    return this.heldAt ?? new Date(Date.now() + this.offsetMs);
  }
}

export interface TestStudioOptions {
  /** Loops tick by themselves, as in production. Otherwise only when the test says so. */
  readonly autostartLoops?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** The feature under test: those above it are not started. */
  readonly highestFeature?: Type;
  readonly failpoints?: Failpoints;
}

/** Somebody signed in, and where they belong. */
export interface TestOwner {
  readonly client: TestClient;
  readonly user: UserView;
  readonly workspace: WorkspaceView;
}

export interface TestMachine {
  readonly client: TestClient;
  readonly redeemed: Redeemed;
}

/** A studio under test: real HTTP, real sockets, real database, loops ticked by hand. */
export class TestStudio {
  private studio: Studio | undefined;
  private database: OpenDatabase | undefined;
  private dataDir = '';
  private readonly clock = new ShiftedClock();
  private readonly lines: string[] = [];

  async start(database: OpenDatabase, { autostartLoops = false, env = {}, highestFeature, failpoints }: TestStudioOptions = {}): Promise<void> {
    this.database = database;
    this.dataDir = await mkdtemp(join(tmpdir(), 'maestro-studio-'));
    const read = readConfig({ MAESTRO_PORT: '0', MAESTRO_DATA_DIR: this.dataDir, MAESTRO_AUTH_ATTEMPTS_PER_MINUTE: '10000', ...env });
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const log = createLog('trace', { write: (line) => void this.lines.push(line) });
    this.studio = await startStudio({ config: read.config, log, clock: this.clock, database, autostartLoops, ...(highestFeature === undefined ? {} : { highestFeature }), ...(failpoints === undefined ? {} : { failpoints }) });
    declareAnswers(this.studio.url, routesOf(this.studio.app));
  }

  /** Stops it as a signal would. */
  async halt(): Promise<void> {
    await this.running.stop();
  }

  async stop(): Promise<void> {
    // A suite about stopping has seen how that went.
    await this.studio?.stop().catch(() => undefined);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Everything logged so far, as written. */
  get log(): string {
    return this.lines.join('');
  }

  get url(): string {
    return this.running.url;
  }

  get app(): Studio['app'] {
    return this.running.app;
  }

  /** Nobody in particular. */
  get client(): TestClient {
    return new TestClient(this.url);
  }

  /** Moves the studio's clock; the database's stays. */
  shiftClock(milliseconds: number): void {
    this.clock.offsetMs += milliseconds;
  }

  /** Has the studio's clock stand still at this moment while `action` goes on; the database's stays. */
  async atMoment<T>(moment: Date, action: () => Promise<T>): Promise<T> {
    this.clock.heldAt = moment;
    try {
      return await action();
    } finally {
      this.clock.heldAt = undefined;
    }
  }

  query<R>(sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
    if (this.database === undefined) throw new Error('start the studio first');
    return this.database.dataSource.query<R[]>(sql, [...parameters]);
  }

  tick(loop: string): Promise<void> {
    return this.app.get(LoopRunner).tickNow(loop);
  }

  /** Sets the studio up: an owner with a workspace. */
  async owner(): Promise<TestOwner> {
    const answer = await this.client.post<UserView>('setup', { name: 'Olga Owner', email: 'olga@example.com', password: 'correct horse battery' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const client = this.client.signedInBy(answer);
    return { client, user: answer.body, workspace: await this.workspace(client, 'Acme') };
  }

  async workspace(client: TestClient, name: string): Promise<WorkspaceView> {
    const answer = await client.post<WorkspaceView>('workspaces', { name });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  }

  /** Invites a machine and redeems for it: a new member with this role. */
  async machine(owner: TestOwner, role: string, invite: Readonly<Record<string, unknown>> = {}): Promise<TestMachine> {
    const created = await owner.client.post<CreatedInvite>(`workspaces/${owner.workspace.id}/invites`, { role, ...invite });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    const redeemed = await this.client.post<Redeemed>('auth/redeem', { token: created.body.token, name: `a ${role}` });
    expect(redeemed.status, JSON.stringify(redeemed.body)).toBe(200);
    return { client: new TestClient(this.url, { bearer: redeemed.body.tokens.accessToken }), redeemed: redeemed.body };
  }

  private get running(): Studio {
    if (this.studio === undefined) throw new Error('start the studio first');
    return this.studio;
  }
}
