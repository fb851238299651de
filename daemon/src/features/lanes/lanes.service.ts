import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import { GitFailure, GitInterrupted } from '../../platform/git.js';
import type { GitSandbox } from '../../platform/git-sandbox.js';
import { DEFAULT_IMPORT_POLICY } from '../quarantine/index.js';
import type { ImportPolicy } from '../quarantine/index.js';
import type { Answer, GitVault, PushOutcome, VaultNeed } from '../vault/index.js';
import { objectName } from '../vault/index.js';
import { borrowersOf } from './lane-borrowers.js';
import { checkpointLane, collectLane } from './lane-collect.js';
import { checkOut, deleteFolder, makeFolder, writeRepository } from './lane-folder.js';
import { dropSnapshots, listSnapshots, restoreSnapshot } from './lane-kept.js';
import { prepareLane } from './lane-prepare.js';
import { LaneRecords, checkedId } from './lane-records.js';
import type { LaneContext } from './lane-records.js';
import { hasUncollected, reclaimLane, removeLane } from './lane-remove.js';
import { startRepair } from './lane-repair.js';
import { takeSnapshot } from './lane-snapshot.js';
import { Spares } from './lane-spares.js';
import { SpareRefill } from './spare-refill.loop.js';
import { listTrash, sweepLeftovers } from './lane-sweep.js';
import { weighSnapshots } from './lane-weigh.js';
import type {
  CheckpointOutcome,
  Checkout,
  Collected,
  CollectRefusalCode,
  CollectRequest,
  KeptSnapshot,
  Lane,
  Lanes,
  PreparedLane,
  PrepareRefusalCode,
  PrepareRequest,
  RemovedLane,
  RepairStart,
  Restored,
  Snapshot,
  Thrown,
  WeighedSnapshot,
} from './lanes.types.js';

export interface LaneServiceOptions {
  readonly vault: GitVault;
  readonly clock: Clock;
  /** From `GitSandbox.find`; `null` where there is none. */
  readonly sandbox: GitSandbox | null;
  readonly policy?: Partial<ImportPolicy>;
  /** Spare lanes to keep ready. Default none. */
  readonly spares?: number;
  /** What went wrong while nobody waited for it. */
  readonly onProblem?: (error: unknown) => void;
}

export class LaneService implements Lanes {
  private readonly context: LaneContext;
  private readonly refill: SpareRefill;
  private lastUpstream: string | undefined;

  constructor(options: LaneServiceOptions) {
    const { vault, clock, spares = 0, onProblem = () => undefined } = options;
    this.refill = new SpareRefill({ clock, refill: () => this.tend(), onProblem });
    this.context = {
      vault,
      clock,
      spares: new Spares({ vault, clock, wanted: spares }),
      sandbox: options.sandbox,
      records: new LaneRecords(join(vault.folder, 'lane-records'), clock),
      policy: { ...DEFAULT_IMPORT_POLICY, ...options.policy },
    };
  }

  prepare(request: PrepareRequest): Promise<Answer<PreparedLane, PrepareRefusalCode>> {
    this.lastUpstream = request.upstream;
    this.refill.wake();
    return checkoutAnswer(() => this.of(request.taskId, () => prepareLane(this.context, request)));
  }

  find(taskId: string): Promise<Lane | null> {
    return this.context.records.read(taskId);
  }

  list(): Promise<readonly Lane[]> {
    return this.context.records.list();
  }

  async collect(lane: Lane, request: CollectRequest): Promise<Answer<Collected, CollectRefusalCode>> {
    return this.atWork(async () => collectLane(this.context, await this.current(lane), request));
  }

  async checkpoint(lane: Lane, request: { taskKey: string }): Promise<CheckpointOutcome> {
    return this.atWork(async () => checkpointLane(this.context, await this.current(lane), request.taskKey));
  }

  async snapshot(lane: Lane, why: string): Promise<Answer<Snapshot, CollectRefusalCode>> {
    return this.atWork(async () => takeSnapshot(this.context, await this.current(lane), why));
  }

  async startRepair(lane: Lane, tip: string): Promise<Answer<RepairStart, CollectRefusalCode>> {
    return this.atWork(async () => startRepair(this.context, await this.current(lane), tip));
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

  remove(lane: Lane, why: string): Promise<Answer<RemovedLane, CollectRefusalCode>> {
    return this.of(lane.taskId, async () => removeLane(this.context, await this.current(lane), why));
  }

  reclaim(taskId: string, why: string, isLive: () => Promise<boolean>): Promise<Answer<RemovedLane, CollectRefusalCode | 'lane_busy'>> {
    return this.of(taskId, async () => {
      const lane = await this.context.records.read(taskId);
      return lane === null ? { ok: true, value: { snapshot: null, trash: null } } : reclaimLane(this.context, lane, why, isLive);
    });
  }

  async hasUncollected(lane: Lane): Promise<boolean | null> {
    return this.atWork(async () => hasUncollected(this.context, await this.current(lane)));
  }

  snapshots(taskId?: string): Promise<readonly KeptSnapshot[]> {
    return listSnapshots(this.context.vault, taskId === undefined ? undefined : checkedId(taskId));
  }

  weighSnapshots(): Promise<readonly WeighedSnapshot[]> {
    return this.atWork(() => weighSnapshots(this.context.vault));
  }

  async dropSnapshot(ref: string): Promise<void> {
    await dropSnapshots(this.context.vault, (snapshot) => snapshot.ref === ref);
  }

  restore(snapshot: KeptSnapshot, folder: string): Promise<Restored> {
    return this.atWork(() => restoreSnapshot(this.context.vault, snapshot.commit, folder));
  }

  borrowers(): Promise<readonly VaultNeed[]> {
    return borrowersOf(this.context);
  }

  trash(): Promise<readonly Thrown[]> {
    return listTrash(this.context);
  }

  async discard(path: string): Promise<void> {
    if ((await this.trash()).some((thrown) => thrown.path === path)) await deleteFolder(this.context.vault, this.context.clock, path);
  }

  async tend(): Promise<void> {
    const { vault, spares } = this.context;
    // Where the next lane is most likely to begin.
    const tip = (this.lastUpstream === undefined ? null : await vault.knownTip(this.lastUpstream)) ?? (await vault.knownTip(vault.baseBranch));
    if (tip !== null) await this.atWork(() => spares.tend(tip));
  }

  spares(): Promise<readonly { readonly path: string; readonly madeAt: number }[]> {
    return this.context.spares.folders();
  }

  dropSpare(path: string): Promise<void> {
    return this.context.spares.evict(path);
  }

  wakeSpares(): void {
    this.refill.wake();
  }

  close(): Promise<void> {
    return this.refill.stop();
  }

  reviewCheckout(request: { runId: string; head: string; base?: string }): Promise<Answer<Checkout, PrepareRefusalCode>> {
    return checkoutAnswer(() => this.atWork(async () => {
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
    }));
  }

  async sweep(request: { liveRuns: readonly string[]; retentionMs?: number }): Promise<void> {
    await sweepLeftovers(this.context, { retentionMs: await this.context.records.retention(), ...request });
  }

  retain(days: number): Promise<void> {
    return this.context.records.retain(days);
  }

  /** Nobody puts the vault in order meanwhile: what is begun here may rest on objects that no ref names yet. */
  private atWork<T>(action: () => Promise<T>): Promise<T> {
    return this.context.vault.shared(action);
  }

  /** Nobody else works on the task's lane meanwhile either. The vault is kept from nobody while this one waits for that. */
  private of<T>(taskId: string, action: () => Promise<T>): Promise<T> {
    return this.context.records.exclusive(taskId, () => this.atWork(action));
  }

  /** Callers keep a lane for long; what is recorded is what counts. */
  private async current(lane: Lane): Promise<Lane> {
    return (await this.context.records.read(lane.taskId)) ?? lane;
  }
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
