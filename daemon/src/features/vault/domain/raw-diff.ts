/**
 * `git diff-tree --raw -z --no-renames --no-abbrev` and `--numstat -z`. Paths are byte strings (`latin1`): names that are not UTF-8
 * exist in old repositories, and two of them must not become equal by decoding.
 */
export interface RawEntry {
  readonly path: string;
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldBlob: string;
  readonly newBlob: string;
}

/** @throws Error `raw_diff_malformed` when it is not such output: git has a bug or another version's format. */
export function parseRawDiff(output: string): readonly RawEntry[] {
  const fields = output.split('\0');
  const entries: RawEntry[] = [];
  // The last field is what follows the final NUL: nothing.
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const head = fields[index] ?? '';
    const path = fields[index + 1] ?? '';
    const match = /^:([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([A-Z])\d*$/.exec(head);
    if (match === null || path === '') throw new Error(`raw_diff_malformed: ${JSON.stringify(head.slice(0, 200))}`);
    const [, oldMode = '', newMode = '', oldBlob = '', newBlob = '', status = ''] = match;
    entries.push({ path, status, oldMode, newMode, oldBlob, newBlob });
  }
  return entries;
}

export interface LineCount {
  /** `null` for a binary file. */
  readonly added: number | null;
  readonly removed: number | null;
}

export function parseNumstat(output: string): ReadonlyMap<string, LineCount> {
  const counts = new Map<string, LineCount>();
  for (const record of output.split('\0')) {
    const match = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(record);
    if (match === null) continue;
    const [, added = '-', removed = '-', path = ''] = match;
    counts.set(path, { added: added === '-' ? null : Number(added), removed: removed === '-' ? null : Number(removed) });
  }
  return counts;
}

/** A line that two entries share exactly when they change the same path from and to the same content and mode. */
function entryKey(entry: RawEntry): string {
  return `${entry.oldMode} ${entry.newMode} ${entry.oldBlob} ${entry.newBlob} ${entry.path}`;
}

/** Paths whose entries differ between two sets of changes, in order, each once. Empty: the same changes. */
export function differingPaths(one: readonly RawEntry[], other: readonly RawEntry[]): readonly string[] {
  const left = new Set(one.map(entryKey));
  const right = new Set(other.map(entryKey));
  const paths = [...one.filter((entry) => !right.has(entryKey(entry))), ...other.filter((entry) => !left.has(entryKey(entry)))].map((entry) => entry.path);
  return [...new Set(paths)].sort();
}
