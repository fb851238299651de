import { copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../../platform/atomic-file.js';
import type { Clock } from '../../platform/clock.js';
import type { GitVault } from '../vault/index.js';
import type { SpareEvent } from './domain/spare.js';
import { SpareState, claimOrder, stepSpare } from './domain/spare.js';
import type { FolderId } from './lane-folder.js';
import { checkOut, lookAtFolder, makeFolder, moveToTrash } from './lane-folder.js';
import { proveClean, removeUntracked, stillProven } from './lane-proof.js';
import type { Proof } from './lane-proof.js';
import type { SpareDraft } from './spare-drafts.js';
import { SpareDrafts } from './spare-drafts.js';

const Stored = z.object({ state: z.enum(SpareState), commit: z.string(), device: z.string(), inode: z.string(), madeAt: z.number() });
type Stored = z.infer<typeof Stored>;

/** Its folder holds the record, the daemon's index and the folder `files`. */
interface Spare extends Stored, SpareDraft {}

export interface SparesOptions {
  readonly vault: GitVault;
  readonly clock: Clock;
  /** How many to keep ready. 0: none are made, and those that are there are not used. */
  readonly wanted: number;
}

/** A checkout younger than this has entries of which git cannot tell, without reading the file, whether they changed since. */
const RACY_MS = 1_100;
/** The step of git's clock. A proof that is younger than a file by less is made anew when the lane is claimed. */
const A_SECOND = 1_000;

/**
 * Lanes made ahead of time, so that a task does not wait for its files. Whole folders are moved, and a move has one winner: claims
 * need no lock, and what a killed daemon leaves is either ready, or to be recycled, or a draft that the next one puts away.
 */
export class Spares {
  private readonly drafts: SpareDrafts;
  /** By spare lane, those that this process has made: a task that claims one need not wait until git has said it all again. */
  private readonly proofs = new Map<string, Proof>();

  constructor(private readonly options: SparesOptions) {
    this.drafts = new SpareDrafts(join(options.vault.folder, 'drafts'));
  }

  /** Moves a spare lane with `commit`'s files to `path`, and its index to `index`. `null` when none will do: make one from nothing. */
  async claim(commit: string, path: string, index: string): Promise<FolderId | null> {
    if (this.options.wanted === 0) return null;
    const ready = (await this.list()).filter(({ state }) => state === SpareState.ready);
    for (const spare of claimOrder(ready, commit)) {
      const taken = await this.take(spare, 'claimed');
      if (taken === null) continue;
      if (!(await this.bring(taken, commit))) continue;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(indexOf(taken), index);
      await rename(filesOf(taken), path);
      await rm(taken.folder, { recursive: true, force: true });
      return { device: taken.device, inode: taken.inode };
    }
    return null;
  }

  /**
   * Takes the folder of a lane that is over, whose content is in a snapshot and whose `.git` is gone. Only moved here: it is cleaned and
   * proven when spare lanes are tended. Answers whether it was taken.
   */
  async takeBack(lane: { readonly path: string; readonly device: string; readonly inode: string; readonly head: string }, index: string): Promise<boolean> {
    const { wanted, clock } = this.options;
    if (wanted === 0 || (await this.list()).length >= wanted || (await lookAtFolder(lane)) !== 'same') return false;
    const draft = await this.draft({ state: SpareState.recycling, commit: lane.head, device: lane.device, inode: lane.inode, madeAt: clock.now() });
    await copyFile(index, indexOf(draft));
    await rename(lane.path, filesOf(draft));
    await this.offer(draft);
    return true;
  }

  /** Puts away what was left half done, recycles, brings up to `commit`, and makes what is missing. One process of a machine at a time; the others find it done. */
  tend(commit: string): Promise<void> {
    return this.options.vault.locks.exclusive('spares', async () => {
      await this.inherit();
      const spares = await this.list();
      for (const id of this.proofs.keys()) if (!spares.some((spare) => spare.id === id)) this.proofs.delete(id);
      for (const spare of spares) {
        if (spare.state === SpareState.recycling) await this.recycle(spare, commit);
        else if (spare.state === SpareState.ready && (spare.commit !== commit || !this.proofs.has(spare.id))) await this.advance(spare, commit);
      }
      for (let missing = this.options.wanted - (await this.list()).length; missing > 0; missing -= 1) await this.make(commit);
    });
  }

  /** Folders, for those who measure. */
  async folders(): Promise<readonly { readonly path: string; readonly madeAt: number }[]> {
    return (await this.list()).map(({ folder, madeAt }) => ({ path: folder, madeAt }));
  }

  async evict(path: string): Promise<void> {
    const spare = (await this.list()).find(({ folder }) => folder === path);
    const taken = spare === undefined ? null : await this.take(spare, 'evicted');
    if (taken !== null) await this.discard(taken);
  }

  /** What a killed daemon was at work on. Half a checkout is worth nothing; what a task left only has to be put where it is recycled. */
  private async inherit(): Promise<void> {
    for (const draft of await this.drafts.ofTheDead()) {
      const stored = await storedIn(draft.folder);
      if (stored?.state === SpareState.recycling) await this.offer({ ...stored, ...draft });
      else await this.discard(draft);
    }
  }

  private async make(commit: string): Promise<void> {
    const { clock } = this.options;
    const draft = await this.draft({ state: SpareState.preparing, commit, device: '0', inode: '0', madeAt: clock.now() });
    try {
      const id = await makeFolder(filesOf(draft));
      await checkOut(this.options.vault, filesOf(draft), indexOf(draft), commit);
      await this.settle(await this.write({ ...draft, ...id }), 'prepared');
    } catch (error) {
      await this.discard(draft);
      throw error;
    }
  }

  /** To another commit, or to a proof of this process where an earlier one made it. */
  private async advance(spare: Spare, commit: string): Promise<void> {
    const taken = await this.take(spare, 'outdated');
    if (taken === null || !(await this.bring(taken, commit))) return;
    await this.settle(await this.write({ ...taken, commit }), 'prepared');
  }

  private async recycle(spare: Spare, commit: string): Promise<void> {
    // Where it stands: nobody claims what is not ready, and after a crash it is found here again.
    const { vault } = this.options;
    try {
      if ((await this.look(spare)) !== 'same') return await this.discard(spare);
      await vault.text(['read-tree', '--reset', commit], { index: indexOf(spare), workTree: filesOf(spare) });
      await removeUntracked(vault, filesOf(spare), indexOf(spare));
      await vault.text(['read-tree', '--reset', '-u', commit], { index: indexOf(spare), workTree: filesOf(spare) });
      const proven = await proveClean(vault, filesOf(spare), indexOf(spare), commit);
      if ('wrong' in proven) await this.discard(spare);
      else await this.settle({ ...spare, commit }, 'proven');
    } catch {
      // An agent left what git or the file system stumbles over. It costs a checkout, no more.
      await this.discard(spare);
    }
  }

  /** Brings a spare lane in a draft to a commit and proves it; discards it when that fails. */
  private async bring(spare: Spare, commit: string): Promise<boolean> {
    const { vault } = this.options;
    const proof = this.proofs.get(spare.id);
    this.proofs.delete(spare.id);
    try {
      if ((await this.look(spare)) === 'same') {
        if (proof !== undefined && spare.commit === commit && (await stillProven(vault, filesOf(spare), indexOf(spare), proof))) return true;
        if (spare.commit !== commit) await vault.text(['-c', 'checkout.workers=2', 'read-tree', '--reset', '-u', commit], { index: indexOf(spare), workTree: filesOf(spare) });
        if (!('wrong' in (await proveClean(vault, filesOf(spare), indexOf(spare), commit)))) return true;
      }
    } catch {
      // As below: a lane is made from nothing then.
    }
    await this.discard(spare);
    return false;
  }

  /** Lets git's record of the files grow older than the files, proves them, and offers the lane. */
  private async settle(spare: Spare, event: SpareEvent): Promise<void> {
    const { vault, clock } = this.options;
    await new Promise<void>((resolve) => {
      clock.after(RACY_MS, resolve);
    });
    await vault.run(['update-index', '-q', '--refresh'], { index: indexOf(spare), workTree: filesOf(spare) });
    const proven = await proveClean(vault, filesOf(spare), indexOf(spare), spare.commit);
    if ('wrong' in proven) return this.discard(spare);
    if (clock.now() - proven.youngest > A_SECOND) this.proofs.set(spare.id, proven);
    await this.offer(await this.write({ ...spare, state: stepSpare(spare.state, event), madeAt: clock.now() }));
  }

  private look(spare: Spare): ReturnType<typeof lookAtFolder> {
    return lookAtFolder({ path: filesOf(spare), device: spare.device, inode: spare.inode });
  }

  /** Out of the others' sight; `null` when somebody else was faster. */
  private async take(spare: Spare, event: SpareEvent): Promise<Spare | null> {
    const folder = this.drafts.placeOf(spare.id);
    await mkdir(this.drafts.folder, { recursive: true, mode: 0o700 });
    try {
      await rename(spare.folder, folder);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    // Not written: a task waits, and whatever is found in a draft of the dead is put away.
    return { ...spare, folder, state: stepSpare(spare.state, event) };
  }

  private async draft(stored: Stored): Promise<Spare> {
    const id = randomBytes(6).toString('hex');
    const folder = this.drafts.placeOf(id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return this.write({ ...stored, id, folder });
  }

  private async offer(spare: Spare): Promise<void> {
    const place = join(this.pool, spare.id);
    if (spare.folder === place) return;
    await mkdir(this.pool, { recursive: true, mode: 0o700 });
    await rename(spare.folder, place);
  }

  private async discard({ folder }: Pick<Spare, 'folder'>): Promise<void> {
    // To the trash rather than deleted: what an agent had may hold paths that take `rm` a while, and is nobody's only copy.
    await moveToTrash(this.options.vault, this.options.clock, folder, 'deleting');
  }

  private async write(spare: Spare): Promise<Spare> {
    const { state, commit, device, inode, madeAt } = spare;
    await writeFileDurably(join(spare.folder, RECORD), `${JSON.stringify({ state, commit, device, inode, madeAt })}\n`);
    return spare;
  }

  private async list(): Promise<readonly Spare[]> {
    const found: Spare[] = [];
    for (const id of (await readdir(this.pool).catch(() => [])).sort()) {
      const folder = join(this.pool, id);
      const stored = await storedIn(folder);
      if (stored !== null && stored !== undefined) found.push({ ...stored, id, folder });
      // Gone: claimed a moment ago. Unreadable: not written by us.
      else if (stored === null) await this.discard({ folder });
    }
    return found;
  }

  private get pool(): string {
    return join(this.options.vault.folder, 'spares');
  }
}

const RECORD = 'spare.json';
const indexOf = ({ folder }: Spare): string => join(folder, 'index');
const filesOf = ({ folder }: Spare): string => join(folder, 'files');

/** `undefined` when there is no record, `null` when it cannot be read. */
async function storedIn(folder: string): Promise<Stored | null | undefined> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Stored.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
