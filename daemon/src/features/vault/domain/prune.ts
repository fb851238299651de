/** When a vault is pruned, and what is carried over from the copy in which git decided what to keep. */

/** What was found out the last time. */
export interface LastPrune {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Of refs and objects as they were left. */
  readonly fingerprint: string;
  /** Something that nothing points at was too young to go. */
  readonly waits: boolean;
}

/** A prune packs the vault anew, which takes minutes for a large one. */
export const PRUNE_EVERY_MS = 7 * 24 * 60 * 60_000;
/**
 * What nothing points at stays for so long after it was last written. git's own default is two weeks, because there anybody may be in the
 * middle of something; here nobody is, and this is for programs that a killed daemon left behind.
 */
export const PRUNE_GRACE_MS = 24 * 60 * 60_000;

/** Whether it may have something to remove that the last prune has not. */
export function isPruneDue({ now, last, fingerprint, force }: { readonly now: number; readonly last: LastPrune | undefined; readonly fingerprint: string; readonly force: boolean }): boolean {
  if (last === undefined) return true;
  const changed = last.fingerprint !== fingerprint;
  const outwaited = last.waits && now - last.at >= PRUNE_GRACE_MS;
  if (!changed && !outwaited) return false;
  // A clock that was set back does not put it off for ever.
  return force || now < last.at || now - last.at >= PRUNE_EVERY_MS;
}

/** A file below `objects`, by its path there. */
export interface ObjectFile {
  readonly path: string;
  /** Milliseconds since the Unix epoch. */
  readonly writtenAt: number;
}

export interface Copying {
  /** To be linked into the copy: objects, and what belongs to them. */
  readonly link: readonly string[];
  /** Neither is an object: what a killed git was writing, and packs without an index. They go with what git lets go of. */
  readonly litter: readonly string[];
}

const LOOSE = /^[0-9a-f]{2}\/([0-9a-f]{38}|[0-9a-f]{62})$/;
const PACKED = /^pack\/(pack-[0-9a-f]+)\.[a-z]+$/;

/** Litter that is younger than the grace is in neither list: somebody may be writing it. */
export function planCopy(files: readonly ObjectFile[], now: number, graceMs: number): Copying {
  const indexed = new Set(files.flatMap(({ path }) => (path.endsWith('.idx') ? [PACKED.exec(path)?.[1]] : [])));
  const link: string[] = [];
  const litter: string[] = [];
  for (const { path, writtenAt } of files) {
    const pack = PACKED.exec(path)?.[1];
    if (LOOSE.test(path) || path === 'pack/multi-pack-index' || (pack !== undefined && indexed.has(pack))) link.push(path);
    else if (now - writtenAt >= graceMs) litter.push(path);
  }
  return { link, litter };
}

export interface CarryOver {
  /** In the order in which to move them in: a pack counts from its index on. */
  readonly add: readonly string[];
  /** In the order in which to remove: a pack no longer counts without its index. */
  readonly remove: readonly string[];
}

/** From what was linked and what git left of it. Every state on the way holds all that is kept, so it may end anywhere. */
export function planCarryOver({ link, litter }: Copying, left: readonly string[]): CarryOver {
  const [before, after] = [new Set(link), new Set(left)];
  const weight = (path: string) => (path === 'pack/multi-pack-index' ? 0 : path.endsWith('.idx') ? 1 : 2);
  const byWeight = (sign: 1 | -1) => (one: string, other: string) => sign * (weight(one) - weight(other)) || one.localeCompare(other);
  return {
    add: left.filter((path) => !before.has(path)).sort(byWeight(-1)),
    remove: [...link.filter((path) => !after.has(path)), ...litter].sort(byWeight(1)),
  };
}
