/** One side of a conflicted path: stage 1 is the merge base, 2 ours, 3 theirs. */
export interface ConflictEntry {
  readonly mode: string;
  readonly blob: string;
  readonly stage: 1 | 2 | 3;
  /** As git's bytes (`latin1`). git may have invented it (`file~<commit>`) to keep both sides. */
  readonly path: string;
}

export interface MergeTreeOutput {
  readonly tree: string;
  readonly conflicts: readonly ConflictEntry[];
}

/**
 * `git merge-tree --write-tree -z --no-messages`, as git 2.38 and later print it.
 *
 * @returns `null` when the output does not start with a tree: git then ends with 1 as for a conflict, but an argument was no commit.
 */
export function parseMergeTree(output: string): MergeTreeOutput | null {
  const [tree = '', ...records] = output.split('\0');
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tree)) return null;
  const conflicts: ConflictEntry[] = [];
  for (const record of records) {
    const match = /^([0-7]{6}) ([0-9a-f]{40,64}) ([123])\t([\s\S]+)$/.exec(record);
    if (match === null) continue;
    const [, mode = '', blob = '', stage = '1', path = ''] = match;
    conflicts.push({ mode, blob, stage: Number(stage) as ConflictEntry['stage'], path });
  }
  return { tree, conflicts };
}

/** The sentences about conflicts from the same command with `--messages` and without `-z`: everything after the first empty line. */
export function conflictMessages(output: string): readonly string[] {
  const cut = output.indexOf('\n\n');
  if (cut < 0) return [];
  return output
    .slice(cut + 2)
    .split('\n')
    .filter((line) => line.startsWith('CONFLICT'));
}
