import type { GitVault } from '../vault/index.js';
import { objectName } from '../vault/index.js';

/** One `.gitattributes`. The path is git's bytes, one character each. */
export interface AttributesFile {
  readonly blob: string;
  readonly path: string;
}

const MAX_TREE_ENTRIES = 10_000_000;
/** Epics of a project, and the last few tips of each. */
const KEPT = 64;

/** The `.gitattributes` of a commit's or tree's files. The tip's are wanted, not the head's: what is merged by whom is not the lane's to say. */
export async function attributesOf(vault: GitVault, tip: string): Promise<readonly AttributesFile[]> {
  const listing = await vault.git.fields({ gitDir: vault.gitDir, args: ['ls-tree', '-r', '-z', '--full-tree', objectName(tip)] }, MAX_TREE_ENTRIES);
  if (listing === null) throw new Error(`merge_tree_too_large: more than ${MAX_TREE_ENTRIES} files`);
  return listing.flatMap((record) => {
    const match = /^100(?:644|755) blob ([0-9a-f]{40,64})\t((?:[\s\S]+\/)?\.gitattributes)$/.exec(record);
    return match === null ? [] : [{ blob: match[1] ?? '', path: match[2] ?? '' }];
  });
}

/**
 * The same, remembered: to find that there are none, all of a tip's files are listed, and a landing moves the tip. What a commit has never
 * changes, so nothing in here grows stale.
 */
export class TipAttributes {
  private readonly known = new Map<string, readonly AttributesFile[]>();

  constructor(private readonly vault: GitVault) {}

  async of(tip: string): Promise<readonly AttributesFile[]> {
    const found = this.known.get(tip) ?? (await attributesOf(this.vault, tip));
    this.keep(tip, found);
    return found;
  }

  /** Says that `to` differs from `from` in these paths alone. Both are commits or trees. */
  differs(from: string, to: string, paths: readonly string[]): void {
    const found = this.known.get(from);
    if (found !== undefined && !paths.some((path) => path === NAME || path.endsWith(`/${NAME}`))) this.keep(to, found);
  }

  private keep(name: string, found: readonly AttributesFile[]): void {
    this.known.delete(name);
    this.known.set(name, found);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT && oldest !== undefined) this.known.delete(oldest);
  }
}

const NAME = '.gitattributes';
