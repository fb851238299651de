/** One entry of a commit's tree. */
export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
}

/** Why a file is not read; the words stand in the report. */
export type SkipReason = 'not an ordinary file' | 'a name that is not safe to show' | 'vendored' | 'too large' | 'over the limit of files' | 'over the limit of bytes' | 'binary' | 'generated' | 'could not be parsed';

export interface Limits {
  /** Files of a commit; the rest is counted only. */
  readonly files: number;
  /** Bytes of one file. Longer ones are data or generated nearly always. */
  readonly fileBytes: number;
  /** Bytes read in all. */
  readonly totalBytes: number;
}

export const LIMITS: Limits = { files: 50_000, fileBytes: 512 * 1024, totalBytes: 512 * 1024 * 1024 };

/** Folders of other people's code and of build results, wherever they stand. `vendor` of Go and PHP is committed on purpose, and still not theirs. */
const VENDORED = /(^|\/)(node_modules|bower_components|jspm_packages|vendor|third_party|third-party|\.venv|venv|site-packages|\.yarn|\.pnp|__pycache__|\.git)\//;
/** Control, invisible and direction-changing characters: such a path is neither shown nor sent. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufffd]/;
const LONGEST_PATH = 1_000;

export interface Selection {
  readonly files: readonly TreeFile[];
  readonly skipped: ReadonlyMap<SkipReason, number>;
}

/** Which files of a tree are read. Keeps the tree's order, so that a limit cuts the same files each time. */
export function selectFiles(tree: readonly TreeFile[], limits: Limits = LIMITS): Selection {
  const skipped = new Map<SkipReason, number>();
  const files: TreeFile[] = [];
  let bytes = 0;
  for (const file of tree) {
    const reason = reasonToSkip(file, limits) ?? (files.length >= limits.files ? 'over the limit of files' : bytes + file.size > limits.totalBytes ? 'over the limit of bytes' : undefined);
    if (reason === undefined) {
      files.push(file);
      bytes += file.size;
    } else skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  }
  return { files, skipped };
}

function reasonToSkip({ path, mode, size }: TreeFile, { fileBytes }: Limits): SkipReason | undefined {
  // Links are not followed: what they lead to is another file of the tree, or none of it.
  if (mode !== '100644' && mode !== '100755') return 'not an ordinary file';
  if (path.length > LONGEST_PATH || UNSAFE.test(path)) return 'a name that is not safe to show';
  if (VENDORED.test(path)) return 'vendored';
  return size > fileBytes ? 'too large' : undefined;
}

const GENERATED_NAME = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|cargo\.lock|composer\.lock|gemfile\.lock|go\.sum|uv\.lock)$|\.min\.(js|css)$|\.(map|snap)$|\.pb\.go$|_pb2(_grpc)?\.pyi?$|\.g\.dart$|\.designer\.cs$/i;
const GENERATED_HEAD = /code generated .{0,200}do not edit|@generated\b|automatically generated (by|file)|this file (was|is) (auto-?)?generated/i;

/** Whether a program wrote it: by its name, by what its head says, or because no person writes lines of that length. */
export function isGenerated(path: string, text: string): boolean {
  if (GENERATED_NAME.test(path)) return true;
  if (GENERATED_HEAD.test(text.slice(0, 1_000))) return true;
  const newlines = text.length < 5_000 ? 1 : (text.match(/\n/g)?.length ?? 0) + 1;
  return text.length >= 5_000 && text.length / newlines > 500;
}

/** Git's own rule: a zero byte in the first 8,000. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}
