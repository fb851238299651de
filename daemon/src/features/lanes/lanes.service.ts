import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import { GitFailure, GitInterrupted } from '../../platform/git.js';
import type { GitSandbox } from '../../platform/git-sandbox.js';
import { DEFAULT_IMPORT_POLICY } from '../quarantine/index.js';
import type { ImportPolicy } from '../quarantine/index.js';
import type { Answer, GitVault, PushOutcome } from '../vault/index.js';
import { objectName } from '../vault/index.js';
import { checkpointLane, collectLane } from './lane-collect.js';
import { checkOut, deleteFolder, lookAtFolder, makeFolder, moveToTrash, writeRepository } from './lane-folder.js';
import { prepareLane, trackedWip } from './lane-prepare.js';
import { LANE_MOVED, LaneRecords, checkedId, refuseCollect } from './lane-records.js';
import type { LaneContext } from './lane-records.js';
import { startRepair } from './lane-repair.js';
import { takeSnapshot } from './lane-snapshot.js';
import type {
  CheckpointOutcome,
  Checkout,
  Collected,
  CollectRefusalCode,
  CollectRequest,
  Lane,
  Lanes,
  PreparedLane,
  PrepareRefusalCode,
  PrepareRequest,
  RemovedLane,
  RepairStart,
  Snapshot,
} from './lanes.types.js';

export interface LaneServiceOptions {
  readonly vault: GitVault;
  readonly clock: Clock;
  /** From `GitSandbox.find`; `null` where there is none. */
  readonly sandbox: GitSandbox | null;
  readonly policy?: Partial<ImportPolicy>;
}

/** Folders of imports and merges live for seconds; those of a killed daemon are older than this. */
const SCRATCH_AGE_MS = 60 * 60_000;

export class LaneService implements Lanes {
  private readonly context: LaneContext;

  constructor(options: LaneServiceOptions) {
    this.context = {
      vault: options.vault,
      clock: options.clock,
      sandbox: options.sandbox,
      records: new LaneRecords(join(options.vault.folder, 'lane-records'), options.clock),
      policy: { ...DEFAULT_IMPORT_POLICY, ...options.policy },
    };
  }

  prepare(request: PrepareRequest): Promise<Answer<PreparedLane, PrepareRefusalCode>> {
    return checkoutAnswer(() => prepareLane(this.context, request));
  }

  find(taskId: string): Promise<Lane | null> {
    return this.context.records.read(taskId);
  }

  list(): Promise<readonly Lane[]> {
    return this.context.records.list();
  }

  async collect(lane: Lane, request: CollectRequest): Promise<Answer<Collected, CollectRefusalCode>> {
    return collectLane(this.context, await this.current(lane), request);
  }

  async checkpoint(lane: Lane, request: { taskKey: string }): Promise<CheckpointOutcome> {
    return checkpointLane(this.context, await this.current(lane), request.taskKey);
  }

  async snapshot(lane: Lane, why: string): Promise<Answer<Snapshot, CollectRefusalCode>> {
    return takeSnapshot(this.context, await this.current(lane), why);
  }

  async startRepair(lane: Lane, tip: string): Promise<Answer<RepairStart, CollectRefusalCode>> {
    return startRepair(this.context, await this.current(lane), tip);
  }

  async pushBranch(lane: Lane, signal?: AbortSignal): Promise<PushOutcome> {
    const { vault } = this.context;
    const { branch, head } = await this.current(lane);
    const push = (expected: string | null) => vault.push({ commit: head, branch, expected, ...(signal === undefined ? {} : { signal }) });
    const first = await push(await vault.knownTip(branch));
    // An earlier head of this very lane, pushed before this vault knew: going forward takes nothing away.
    if (first.kind !== 'moved' || first.tip === null || !(await vault.isAncestor(first.tip, head))) return first;
    return push(first.tip);
  }

  async markSetUp(lane: Lane): Promise<Lane> {
    return this.context.records.write({ ...(await this.current(lane)), setUp: true });
  }

  async settle(lane: Lane, how: 'landed' | 'abandoned'): Promise<Lane> {
    return this.context.records.advance(await this.current(lane), how === 'landed' ? 'task_landed' : 'task_dropped');
  }

  async remove(lane: Lane, why: string): Promise<Answer<RemovedLane, CollectRefusalCode>> {
    const { records, vault, clock } = this.context;
    const current = await this.current(lane);
    if (current.state === 'removed') return { ok: true, value: { snapshot: null, trash: null } };
    const look = await lookAtFolder(current);
    const taken = look === 'same' ? await takeSnapshot(this.context, current, why) : null;
    const dropped = await records.advance(current, 'task_dropped');
    const whole = taken?.ok === true && taken.value.skipped.length === 0 && taken.value.nested.length === 0;
    // Anything the snapshot may not hold goes to the trash with the whole folder; else the agent's repository alone does, for its
    // older stashes and reset-away commits.
    const trash = await moveToTrash(vault, clock, whole ? join(current.path, '.git') : current.path, whole ? `${current.taskId}-git` : current.taskId);
    if (whole) await deleteFolder(vault, clock, current.path, current);
    await records.forgetIndex(current.taskId);
    const snapshotted = await records.advance(dropped, 'snapshot_taken');
    await records.advance(snapshotted, 'removed');
    // What landed needs no copy of its making any more; work that was given up keeps the one on the remote.
    if (current.state === 'landed') await dropWorkInProgress(vault, current.taskId);
    if (look === 'moved') return refuseCollect('lane_moved', `${LANE_MOVED} What stood in its place is kept at ${trash ?? 'nowhere'}.`);
    return { ok: true, value: { snapshot: taken?.ok === true ? taken.value : null, trash } };
  }

  reviewCheckout(request: { runId: string; head: string; base?: string }): Promise<Answer<Checkout, PrepareRefusalCode>> {
    return checkoutAnswer(async () => {
      const { vault, clock } = this.context;
      const path = join(vault.folder, 'checkouts', checkedId(request.runId));
      if (!(await vault.hasCommit(request.head))) {
        return { ok: false, refusal: { code: 'start_missing', sentence: `The commit ${request.head.slice(0, 12)} is not in this machine's vault. Fetch the branch it is on first.` } };
      }
      await deleteFolder(vault, clock, path);
      const id = await makeFolder(path);
      const index = `${path}.index`;
      await rm(index, { force: true });
      await checkOut(vault, path, index, request.head);
      const refs: Record<string, string> = request.base === undefined ? {} : { 'refs/maestro/base': objectName(request.base) };
      await writeRepository(vault, { folder: path, branch: null, commit: request.head, index, identity: null, refs });
      await rm(index, { force: true });
      return { ok: true, value: { path, dispose: () => deleteFolder(vault, clock, path, id) } };
    });
  }

  async sweep(request: { liveRuns: readonly string[]; trashRetentionMs: number }): Promise<void> {
    const { vault, clock } = this.context;
    for (const name of await namesIn(join(vault.folder, 'checkouts'))) {
      if (!request.liveRuns.includes(name.replace(/\.index$/, ''))) await deleteFolder(vault, clock, join(vault.folder, 'checkouts', name));
    }
    for (const scratch of ['quarantine', 'attributes', 'drafts']) {
      for (const name of await namesIn(join(vault.folder, scratch))) {
        const path = join(vault.folder, scratch, name);
        const found = await stat(path).catch(() => null);
        if (found !== null && found.mtimeMs < clock.now() - SCRATCH_AGE_MS) await rm(path, { recursive: true, force: true });
      }
    }
    for (const name of await namesIn(join(vault.folder, 'trash'))) {
      const thrownAt = Number(/^\d+/.exec(name)?.[0] ?? Number.NaN);
      const isDoomed = name.includes('-deleting-');
      if (isDoomed || thrownAt < clock.now() - request.trashRetentionMs) await deleteFolder(vault, clock, join(vault.folder, 'trash', name));
    }
  }

  /** Callers keep a lane for long; what is recorded is what counts. */
  private async current(lane: Lane): Promise<Lane> {
    return (await this.context.records.read(lane.taskId)) ?? lane;
  }
}

async function dropWorkInProgress(vault: GitVault, taskId: string): Promise<void> {
  const there = await vault.readRef(trackedWip(taskId));
  if (there === null) return;
  const ref = `refs/maestro/wip/${taskId}`;
  const attempt = await vault.remoteRepository.push(vault.gitDir, [{ ref, to: null, expected: there }]);
  if (attempt.kind === 'failed' || attempt.refs.some((report) => report.flag === '!')) return;
  await vault.writeRef(trackedWip(taskId), null);
  await vault.writeRef(ref, null);
}

/** Turns git's failures while files are written into a refusal: a full disk, a path the file system cannot hold. */
async function checkoutAnswer<T>(action: () => Promise<Answer<T, PrepareRefusalCode>>): Promise<Answer<T, PrepareRefusalCode>> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GitInterrupted) return { ok: false, refusal: { code: 'git_timeout', sentence: 'git did not finish writing the files in time. Check the disk, then retry.' } };
    if (error instanceof GitFailure) return { ok: false, refusal: { code: 'checkout_failed', sentence: `The files could not be written: ${error.stderr.trim().slice(0, 300)} Make room, then retry.` } };
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return readdir(folder);
}
