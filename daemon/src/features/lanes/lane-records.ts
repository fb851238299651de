import { LaneStatus, laneTable, transition } from '@maestro/protocol';
import type { LaneEvent } from '@maestro/protocol';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../platform/atomic-file.js';
import type { Clock } from '../../platform/clock.js';
import { withFileLock } from '../../platform/file-lock.js';
import type { GitSandbox } from '../../platform/git-sandbox.js';
import type { ImportPolicy } from '../quarantine/index.js';
import type { Answer, GitVault } from '../vault/index.js';
import type { Spares } from './lane-spares.js';
import type { CollectRefusalCode, Lane } from './lanes.types.js';

const Stored = z.object({
  taskId: z.string(),
  branch: z.string(),
  upstream: z.string(),
  path: z.string(),
  device: z.string(),
  inode: z.string(),
  state: z.enum(LaneStatus),
  base: z.string(),
  head: z.string(),
  repair: z.object({ tip: z.string(), paths: z.array(z.string()) }).nullable(),
  setUp: z.boolean(),
  identity: z.object({ name: z.string(), email: z.string() }),
  createdAt: z.string(),
  updatedAt: z.string(),
});

/** The policy's own default, for vaults whose project did not say. */
const DEFAULT_RETENTION_DAYS = 14;
const RETENTION_FILE = 'retention-days';
const DAY_MS = 24 * 60 * 60_000;

/** Longer than writing or snapshotting the largest lane may take. */
const LOCK_WAIT_MS = 20 * 60_000;

/** Ends of the names of indexes beside the daemon's own: of a merge that the agent is to finish, and of what its work in progress came on top of. */
export const MERGING = '.merging';
export const BELOW = '.below';

/** What the daemon knows about its lanes: one small file and one index for each, where no agent works. */
export class LaneRecords {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
  ) {}

  /** The daemon's own git index over a lane's files. */
  indexPath(taskId: string): string {
    return join(this.folder, `${checkedId(taskId)}.index`);
  }

  async read(taskId: string): Promise<Lane | null> {
    try {
      return Stored.parse(JSON.parse(await readFile(this.pathOf(taskId), 'utf8')));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  async list(): Promise<readonly Lane[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    const lanes = await Promise.all(names.map((name) => this.read(name.slice(0, -'.json'.length))));
    return lanes.filter((lane) => lane !== null);
  }

  async write(lane: Lane): Promise<Lane> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const current = { ...lane, updatedAt: new Date(this.clock.now()).toISOString() };
    await writeFileDurably(this.pathOf(lane.taskId), `${JSON.stringify(current, null, 2)}\n`);
    return current;
  }

  /** Moves the lane by the protocol's table, by one event or by several at once, and writes it with `changes`. */
  advance(lane: Lane, events: LaneEvent | readonly LaneEvent[], changes: Partial<Pick<Lane, 'head' | 'repair' | 'device' | 'inode' | 'identity'>> = {}): Promise<Lane> {
    let { state } = lane;
    for (const event of typeof events === 'string' ? [events] : events) {
      const outcome = transition(laneTable, { state }, event, {});
      if (outcome.kind !== 'moved') throw new Error(`lane_transition: ${event} on a lane that is ${state}`);
      state = outcome.to;
    }
    return this.write({ ...lane, ...changes, state });
  }

  /** Milliseconds that snapshots and trash are kept. */
  async retention(): Promise<number> {
    const days = Number(await readFile(join(this.folder, RETENTION_FILE), 'utf8').catch(() => DEFAULT_RETENTION_DAYS));
    return (Number.isInteger(days) && days >= 0 ? days : DEFAULT_RETENTION_DAYS) * DAY_MS;
  }

  async retain(days: number): Promise<void> {
    if ((await this.retention()) === days * DAY_MS) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFileDurably(join(this.folder, RETENTION_FILE), `${days}\n`);
  }

  /** Runs `action` while nobody else of this machine makes, takes over or removes the task's lane. */
  async exclusive<T>(taskId: string, action: () => Promise<T>): Promise<T> {
    return withFileLock(join(this.folder, `${checkedId(taskId)}.lock`), action, { waitMs: LOCK_WAIT_MS });
  }

  async forgetIndex(taskId: string): Promise<void> {
    await rm(this.indexPath(taskId), { force: true });
  }

  /** Removes what a git that was killed together with its daemon left, and what every later one would fail at. Nobody else uses these. */
  async unlockIndex(taskId: string): Promise<void> {
    const index = this.indexPath(taskId);
    await Promise.all([index, `${index}${MERGING}`, `${index}${BELOW}`].map((path) => rm(`${path}.lock`, { force: true })));
  }

  private pathOf(taskId: string): string {
    return join(this.folder, `${checkedId(taskId)}.json`);
  }
}

/** Ids become file and ref names. They are UUIDs; anything else is a defect. */
export function checkedId(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id)) throw new Error('lane_id: letters, digits and hyphens only');
  return id;
}

/** What every part of this feature works with. */
export interface LaneContext {
  readonly vault: GitVault;
  readonly clock: Clock;
  readonly records: LaneRecords;
  readonly policy: ImportPolicy;
  /** `null`: lanes are read without a sandbox, behind the checks that need none. */
  readonly sandbox: GitSandbox | null;
  readonly spares: Spares;
}

/** Who the daemon's own commits (snapshots) are by. */
export const DAEMON_IDENTITY = { name: 'Maestro', email: 'maestro@localhost' };

export function refuseCollect(code: CollectRefusalCode, sentence: string, paths?: readonly string[]): Answer<never, CollectRefusalCode> {
  return { ok: false, refusal: { code, sentence, ...(paths === undefined ? {} : { paths }) } };
}

export const LANE_MOVED = 'The lane\'s folder is not the one Maestro made: it was moved, removed or replaced by a link. Nothing was read or deleted there. Retry the task; it gets a new lane from its last saved work.';
