import { copyFile, lstat, rm } from 'node:fs/promises';
import { branchNameProblem } from '../vault/index.js';
import type { Answer } from '../vault/index.js';
import { checkOut, lookAtFolder, makeFolder, moveToTrash, writeRepository } from './lane-folder.js';
import type { FolderId } from './lane-folder.js';
import type { LaneContext } from './lane-records.js';
import { BELOW } from './lane-records.js';
import { takeSnapshot } from './lane-snapshot.js';
import type { Lane, PreparedLane, PrepareRefusalCode, PrepareRequest } from './lanes.types.js';

type Prepared = Answer<PreparedLane, PrepareRefusalCode>;

/** The task's lane of this machine if it will do, else a new one. */
export async function prepareLane(context: LaneContext, request: PrepareRequest): Promise<Prepared> {
  for (const name of [request.branch, request.upstream]) {
    const problem = branchNameProblem(name);
    if (problem !== null) return no('bad_branch_name', `The branch name "${name.slice(0, 80)}" ${problem}. Rename the task or plan.`);
  }
  await context.records.unlockIndex(request.taskId);
  const known = await context.records.read(request.taskId);
  if (known !== null && (await isUsable(context, known, request))) {
    return { ok: true, value: { lane: await reuse(context, known, request), from: 'existing' } };
  }
  if (known !== null) await retire(context, known);
  const start = await chooseStart(context, request);
  if (!start.ok) return start;
  return { ok: true, value: { lane: await create(context, request, start.value), from: start.value.from } };
}

interface Start {
  readonly commit: string;
  readonly from: 'epic' | 'head' | 'work_in_progress';
}

async function isUsable(context: LaneContext, lane: Lane, request: PrepareRequest): Promise<boolean> {
  if (lane.state !== 'ready' && lane.state !== 'in_use' && lane.state !== 'idle') return false;
  if (lane.branch !== request.branch || (await lookAtFolder(lane)) !== 'same') return false;
  const wanted = request.start.kind === 'resume' ? request.start.head : null;
  // The task went on elsewhere: what is here is older than what was reviewed.
  return wanted === null || contains(context, lane.head, wanted);
}

/** The same folder with its files, ignored ones included. Its repository is made anew unless somebody is in the middle of something. */
async function reuse(context: LaneContext, lane: Lane, request: PrepareRequest): Promise<Lane> {
  const { records, vault } = context;
  if (lane.state === 'in_use' && (await lstat(`${lane.path}/.git`).catch(() => null)) !== null) {
    // A run that waited or was cut off by a crash: the agent's uncollected commits and index are in that repository.
    return records.advance(lane, 'run_started', { identity: request.identity });
  }
  await moveToTrash(vault, context.clock, `${lane.path}/.git`, `${lane.taskId}-git`);
  const index = records.indexPath(lane.taskId);
  await vault.text(['read-tree', '--reset', lane.head], { workTree: lane.path, index });
  await writeRepository(vault, { folder: lane.path, branch: lane.branch, commit: lane.head, index, identity: request.identity, refs: { 'refs/maestro/base': lane.base } });
  return records.advance(lane, 'run_started', { identity: request.identity, repair: null });
}

/** Gets a lane that will not do out of the way: nothing in it is lost, and nothing in it is trusted. */
async function retire(context: LaneContext, lane: Lane): Promise<void> {
  if ((await lookAtFolder(lane)) === 'same' && lane.state !== 'preparing') await takeSnapshot(context, lane, 'replaced');
  await moveToTrash(context.vault, context.clock, lane.path, lane.taskId);
  await context.records.forgetIndex(lane.taskId);
}

async function chooseStart(context: LaneContext, request: PrepareRequest): Promise<Answer<Start, PrepareRefusalCode>> {
  const { start } = request;
  if (start.kind === 'resume') {
    const wip = await fetchWorkInProgress(context, request.taskId);
    if (start.head !== null && !(await context.vault.hasCommit(start.head))) await context.vault.fetch([request.branch]);
    const hasHead = start.head !== null && (await context.vault.hasCommit(start.head));
    if (wip !== null && (start.head === null || (await contains(context, wip, start.head)))) return { ok: true, value: { commit: wip, from: 'work_in_progress' } };
    if (start.head !== null && hasHead) return { ok: true, value: { commit: start.head, from: 'head' } };
    if (start.head !== null) {
      return no('start_missing', `The commit ${start.head.slice(0, 12)} that work should go on from is neither here nor on the remote's branch "${request.branch}". Start the machine that has it, or push that branch.`);
    }
  }
  if (await context.vault.hasCommit(start.tip)) return { ok: true, value: { commit: start.tip, from: 'epic' } };
  await context.vault.fetch([request.upstream]);
  if (!(await context.vault.hasCommit(start.tip))) {
    return no('start_missing', `The tip ${start.tip.slice(0, 12)} is not on the remote's branch "${request.upstream}". Check that the branch exists and that this machine can read it.`);
  }
  return { ok: true, value: { commit: start.tip, from: 'epic' } };
}

/** The newest work in progress that the remote or this vault has. */
async function fetchWorkInProgress(context: LaneContext, taskId: string): Promise<string | null> {
  const { vault } = context;
  const fetched = await vault.fetchRef(`refs/maestro/wip/${taskId}`, trackedWip(taskId));
  if (fetched.ok && fetched.value !== null) return fetched.value;
  return vault.readRef(`refs/maestro/wip/${taskId}`);
}

/** Where the vault remembers what the remote has at `refs/maestro/wip/<taskId>`. */
export function trackedWip(taskId: string): string {
  return `refs/maestro/remote-wip/${taskId}`;
}

export const WIP_SUBJECT = 'wip: ';

/** A lane out of a spare one where there is one that will do, else from nothing. The one place that makes lanes. */
async function create(context: LaneContext, request: PrepareRequest, start: Start): Promise<Lane> {
  const { records, vault, clock } = context;
  const path = `${vault.folder}/lanes/${request.taskId}`;
  const index = records.indexPath(request.taskId);
  const head = await headUnder(context, start);
  const now = new Date(clock.now()).toISOString();
  const base = start.from === 'epic' ? start.commit : ((await vault.mergeBases(start.commit, request.start.tip).catch(() => []))[0] ?? head);
  const { taskId, branch, upstream, identity } = request;
  const preparing: Lane = { taskId, branch, upstream, identity, path, device: '0', inode: '0', state: 'preparing', base, head, repair: null, setUp: false, createdAt: now, updatedAt: now };
  await rm(index, { force: true });
  await moveToTrash(vault, clock, path, taskId);
  // Beside each other: until this record is on the disk the one before it counts, which is of a folder that has gone.
  const [id] = await Promise.all([writeFiles(context, path, index, start.commit), records.write(preparing)]);
  await writeRepositoryAt(context, preparing, index, start.commit);
  return records.advance(preparing, ['prepared', 'run_started'], id);
}

async function writeFiles({ vault, spares }: LaneContext, path: string, index: string, commit: string): Promise<FolderId> {
  const spare = await spares.claim(commit, path, index);
  if (spare !== null) return spare;
  const id = await makeFolder(path);
  await checkOut(vault, path, index, commit);
  return id;
}

async function writeRepositoryAt(context: LaneContext, lane: Lane, index: string, checkedOut: string): Promise<void> {
  const { vault } = context;
  const repository = { folder: lane.path, branch: lane.branch, commit: lane.head, identity: lane.identity, refs: { 'refs/maestro/base': lane.base } };
  if (checkedOut === lane.head) return writeRepository(vault, { ...repository, index });
  const own = `${index}${BELOW}`;
  await copyFile(index, own);
  try {
    // Work in progress lies in the files; what is committed is below it.
    await vault.text(['read-tree', '--reset', lane.head], { workTree: lane.path, index: own });
    await writeRepository(vault, { ...repository, index: own });
  } finally {
    await rm(own, { force: true });
  }
}

/** The daemon's commit of work in progress is taken apart again: its content becomes uncommitted changes on the commit below. */
async function headUnder(context: LaneContext, start: Start): Promise<string> {
  if (start.from !== 'work_in_progress') return start.commit;
  const [parents = '', subject = ''] = (await context.vault.text(['log', '-1', '--no-show-signature', '--format=%P%n%s', start.commit])).split('\n');
  return subject.startsWith(WIP_SUBJECT) && /^[0-9a-f]+$/.test(parents) ? parents : start.commit;
}

async function contains(context: LaneContext, commit: string, wanted: string): Promise<boolean> {
  return commit === wanted || ((await context.vault.hasCommit(wanted)) && (await context.vault.isAncestor(wanted, commit)));
}

function no(code: PrepareRefusalCode, sentence: string): Answer<never, PrepareRefusalCode> {
  return { ok: false, refusal: { code, sentence } };
}
